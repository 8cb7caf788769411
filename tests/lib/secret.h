/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The password of a user of mail.sh; @user: a literal. Its text is that of the file `secret`. */
#define TEST_PASSWORD(user) " " user " \"50%\"\\ pässword-Qz7xKw4vJp "
