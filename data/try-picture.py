# SPDX-License-Identifier: GPL-3.0-or-later
"""The picture of try.sh: opens the sample account, lets its test pass, and puts
the three windows side by side."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../tests/lib'))
from drive import BUTTON, LABEL, ROW, Application, keys, run  # noqa: E402

GAP = 24

with Application(['mail-options']) as app:
    app.find(ROW, 'Sample account*').focus()    # not a double-click: the row may move while the window comes
    keys('Return')
    app.find(BUTTON, 'Test Account').press()
    app.find(LABEL, 'Message arrived*', limit=60)
    left = GAP
    for window in app.children():
        xid = app.x_window(window)[0]
        run('xdotool', 'windowmove', '--sync', xid, str(left), str(GAP))
        left += window.box.width + GAP
    app.picture(sys.argv[1])
