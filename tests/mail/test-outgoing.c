/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages of other programs: the ID is found, put where it belongs, and nothing else changes. */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"
#include "outgoing.h"

/* Each row: what comes in and what leaves, with LF for CRLF. */
typedef struct
{
  const char *before, *after;
} Row;

static void
check_rows (const Row *rows, guint n, gboolean to_body)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *crlf = with_crlf (rows[i].before);
      g_autofree char *wanted = with_crlf (rows[i].after);
      g_autoptr (Sent) from_lf = send_text (rows[i].before, -1, to_body);
      g_autoptr (Sent) from_crlf = send_text (crlf, -1, to_body);

      g_test_message ("row %u: %s", i, rows[i].before);
      g_assert_cmpstr (from_lf->wire, ==, wanted);
      g_assert_cmpstr (from_crlf->wire, ==, wanted);
      /* again: it is there */
      g_autoptr (Sent) again = send_text (from_lf->wire, -1, to_body);
      g_assert_cmpstr (again->wire, ==, wanted);
      if (strstr (rows[i].after, "{CMI: ABCD1234}") != NULL)
        g_assert_cmpstr (again->found, ==, ID);
    }
}

#define LONG_SUBJECT "Subject: A subject that is just so long that nothing more goes into this line"

static void
test_subject (void)
{
  static const Row rows[] = {
    { "Subject: Printer\n\nHello\n", "Subject: Printer " ID "\n\nHello\n" },
    { "Subject:\n\nHello\n", "Subject: " ID "\n\nHello\n" },
    { "Subject: \n\nHello\n", "Subject: " ID "\n\nHello\n" },
    { "subject:Printer \n\nHello\n", "subject:Printer " ID "\n\nHello\n" },
    { "Subject : Printer\n\nHello\n", "Subject : Printer " ID "\n\nHello\n" },
    { "From: a@b\n\nHello", "From: a@b\nSubject: " ID "\n\nHello\n" },
    { "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\n\nx\n", "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= " ID "\n\nx\n" },
    { "Subject: Grüße\n\nx\n", "Subject: Grüße " ID "\n\nx\n" },
    { LONG_SUBJECT "\nTo: a@b\n\nx\n", LONG_SUBJECT "\n " ID "\nTo: a@b\n\nx\n" },
    { LONG_SUBJECT " \nTo: a@b\n\nx\n", LONG_SUBJECT "\n " ID "\nTo: a@b\n\nx\n" },
    { LONG_SUBJECT "\n and more\n\nx\n", LONG_SUBJECT "\n and more " ID "\n\nx\n" },
    { LONG_SUBJECT "\n \n\nx\n", LONG_SUBJECT "\n " ID "\n\nx\n" },
    { "Subject: a\nSubject: b\n\nx\n", "Subject: a " ID "\nSubject: b\n\nx\n" },
    /* others stay */
    { "Subject: {CMI: EVIL1}\n\nx\n", "Subject: {CMI: EVIL1} " ID "\n\nx\n" },
    /* what is no header */
    { "Hello\n", "Subject: " ID "\n\nHello\n" },
    { "To: a@b\nHello\n", "To: a@b\nSubject: " ID "\n\nHello\n" },
    { " Hello: x\n", "Subject: " ID "\n\n Hello: x\n" },
    { "", "Subject: " ID "\n\n" },
    { "\n", "Subject: " ID "\n\n" },
    { "From bob Mon Jan  1 00:00:00 2026\nTo: a@b\n\nFrom x\n", "To: a@b\nSubject: " ID "\n\nFrom x\n" },
    /* in a signed message, too: the subject is not part of what was signed */
    { "Subject: x\nContent-Type: multipart/signed; boundary=b\n\n--b\n\nHello\n--b--\n",
      "Subject: x " ID "\nContent-Type: multipart/signed; boundary=b\n\n--b\n\nHello\n--b--\n" },
  };

  check_rows (rows, G_N_ELEMENTS (rows), FALSE);
}

#define ALTERNATIVE "Subject: x\nContent-Type: multipart/alternative; boundary=\"b\"\n\npreamble\n"
#define HTML "Content-Type: text/html\n\n"
#define QP "Content-Transfer-Encoding: quoted-printable\n\n"
#define BASE64 "Content-Transfer-Encoding: BASE64 \n\n"

static void
test_body (void)
{
  static const Row rows[] = {
    { "Subject: x\n\nHello\n", "Subject: x\n\nHello\n\n" ID "\n" },
    { "Subject: x\n\nHello", "Subject: x\n\nHello\n\n" ID "\n" },
    { "Subject: x\n\n", "Subject: x\n\n" ID "\n" },
    { "Subject: x\n\nHello\n-- \nme\n", "Subject: x\n\nHello\n\n" ID "\n\n-- \nme\n" },
    { "Hello\n\nBob wrote:\n> x\n", "\nHello\n\n" ID "\n\nBob wrote:\n> x\n" },
    /* quoted-printable */
    { QP "Gr=C3=BC=C3=9Fe\n", QP "Gr=C3=BC=C3=9Fe\n\n" ID "\n" },
    { QP "Hello\n--=20\nme\n", QP "Hello\n\n" ID "\n\n--=20\nme\n" },
    { QP "Hello=\n\n--=20\nme\n", QP "Hello=\n\n\n" ID "\n\n--=20\nme\n" },
    { QP "Hello=0A=0A--=20=0Ame", QP "Hello=0A=0A=\n" ID "\n\n--=20=0Ame\n" },
    { QP "Hello=", QP "Hello=\n\n\n" ID "\n" },
    { QP "a=\n =3E x=\n\n=3E b\n", QP "a=\n =3E x=\n\n\n" ID "\n\n=3E b\n" },
    { QP "{CMI: AB=\nCD7}\n", QP "{CMI: AB=\nCD7}\n" },
    { QP "=7BCMI: ABCD7=7D\n", QP "=7BCMI: ABCD7=7D\n" },
    { QP "a = b =ZZ = \nx\n> y\n", QP "a = b =ZZ = \nx\n\n" ID "\n\n> y\n" },
    /* base64: "Hello\n" "Hello" and "Hello\r\n-- \r\nme\r\n" */
    { BASE64 "SGVsbG8K\n", BASE64 "SGVsbG8K\nCntDTUk6IEFCQ0QxMjM0fQo=\n" },
    { BASE64 "SGVsbG8=\n", BASE64 "SGVs\nbG8NCg0Ke0NNSTogQUJDRDEyMzR9\n" },
    { BASE64 "", BASE64 "e0NNSTogQUJDRDEyMzR9DQo=\n" },
    /* alternative: both, each in its encoding; what is not text and what is around stays */
    { ALTERNATIVE "--b\n\nHello\n--b\n" HTML "<p>Hello</p>\n--b--\nafter\n",
      ALTERNATIVE "--b\n\nHello\n\n" ID "\n--b\n" HTML "<p>Hello</p>\n<p>" ID "</p>\n--b--\nafter\n" },
    { ALTERNATIVE "--b \n" QP "Hello\n\n--b\nContent-Type: text/html\n" QP "<body>Hello</body>\n--b--",
      ALTERNATIVE "--b \n" QP "Hello\n\n" ID "\n\n--b\nContent-Type: text/html\n" QP "<body>Hello=\n<p>" ID
                  "</p>=\n</body>\n--b--\n" },
    { "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: image/png\n\n\n--b\n\nHello\n--b\n\nmore\n",
      "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: image/png\n\n\n--b\n\nHello\n\n" ID
      "\n--b\n\nmore\n" },
    { "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Disposition: attachment\n\nx\n--b\n\nHello\n--b--\n",
      "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Disposition: attachment\n\nx\n--b\n\nHello\n\n" ID
      "\n--b--\n" },
    /* a boundary within a boundary, and lines that only look like one */
    { "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/alternative; boundary=bb\n\n--bb\n\n"
      "--bbb\n--b b\nHi\n--bb--\n--b--\n",
      "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/alternative; boundary=bb\n\n--bb\n\n"
      "--bbb\n--b b\nHi\n\n" ID "\n--bb--\n--b--\n" },
  };

  check_rows (rows, G_N_ELEMENTS (rows), TRUE);
}

static void
test_html (void)
{
#define P "\n<p>" ID "</p>\n"
  static const Row rows[] = {
    { HTML "Hello\n", HTML "Hello\n<p>" ID "</p>\n" },
    { HTML "<html><body>Hello</BODY></html>\n", HTML "<html><body>Hello" P "</BODY></html>\n" },
    { HTML "<html>Hello</html>\n", HTML "<html>Hello" P "</html>\n" },
    { HTML "<p>Hi</p><blockquote>x</blockquote></body>\n", HTML "<p>Hi</p>" P "<blockquote>x</blockquote></body>\n" },
    { HTML "<p>Hi</p><p>Bob wrote:</p><blockquote>x</blockquote>\n",
      HTML "<p>Hi</p>" P "<p>Bob wrote:</p><blockquote>x</blockquote>\n" },
    { HTML "<div>Hi<br>Bob wrote:<blockquote>x</blockquote></div>\n",
      HTML "<div>Hi<br>" P "Bob wrote:<blockquote>x</blockquote></div>\n" },
    { HTML "<blockquote>x</blockquote><p>Yes</p></body>\n", HTML "<blockquote>x</blockquote><p>Yes</p>" P "</body>\n" },
    { HTML "<p>Hi</p><div class=\"moz-cite-prefix\">On 1.1. Bob:<br></div><blockquote type=cite>x</blockquote>\n",
      HTML "<p>Hi</p>" P "<div class=\"moz-cite-prefix\">On 1.1. Bob:<br></div><blockquote type=cite>x</blockquote>\n" },
    { HTML "<div>Hi</div><div class=\"gmail_quote\"><div>On Bob wrote:<br></div><blockquote>x</blockquote></div>\n",
      HTML "<div>Hi</div>" P
           "<div class=\"gmail_quote\"><div>On Bob wrote:<br></div><blockquote>x</blockquote></div>\n" },
    { HTML "<div>Hi</div><hr><div id=\"divRplyFwdMsg\"><b>From:</b> Bob</div><div>x</div>\n",
      HTML "<div>Hi</div><hr>" P "<div id=\"divRplyFwdMsg\"><b>From:</b> Bob</div><div>x</div>\n" },
    { HTML "<p>Hi</p><pre class=\"moz-signature\">-- \nme</pre></body>\n",
      HTML "<p>Hi</p>" P "<pre class=\"moz-signature\">-- \nme</pre></body>\n" },
    { HTML "Hi<br>--&nbsp;<br>me</body>\n", HTML "Hi<br>" P "--&nbsp;<br>me</body>\n" },
    { HTML "<p>Hi</p><p>-- <br>me</p></body>\n", HTML "<p>Hi</p>" P "<p>-- <br>me</p></body>\n" },
    { HTML "<style>p > a {}</style><!-- </body> --><p>1 < 2</p></body>\n",
      HTML "<style>p > a {}</style><!-- </body> --><p>1 < 2</p>" P "</body>\n" },
    { HTML "<script>\"</body>\"</script><a title=\"</body>\">x</a>\n</body>\n",
      HTML "<script>\"</body>\"</script><a title=\"</body>\">x</a>\n<p>" ID "</p>\n</body>\n" },
    { HTML "<!--><p>x</body>\n", HTML "<!--><p>x" P "</body>\n" },
    /* one that is there */
    { HTML "<p>{CMI:&nbsp;<b>ABCD</b>7&#125;</p>\n", HTML "<p>{CMI:&nbsp;<b>ABCD</b>7&#125;</p>\n" },
    { HTML "&lcub;CMI&colon; &#x41;BCD7&rcub;\n", HTML "&lcub;CMI&colon; &#x41;BCD7&rcub;\n" },
  };

  check_rows (rows, G_N_ELEMENTS (rows), TRUE);
}

static void
test_find (void)
{
  static const struct
  {
    const char *text, *found;
    gboolean in_body;
  } rows[] = {
    { "Subject: Re: {CMI: ABCD7} x\n\n{CMI: WXYZ8}\n", "{CMI: ABCD7}", FALSE },
    { "Subject: Re\n\n{CMI: WXYZ8} {CMI: ABCD7}\n", "{CMI: WXYZ8}", TRUE },
    { "Subject: {cmi:\n abcd7}\n\nx\n", "{cmi: abcd7}", FALSE },
    { "Subject: =?utf-8?q?=7BCMI=3A_ABCD7=7D?=\n\nx\n", "{CMI: ABCD7}", FALSE },
    { "Subject: =?utf-8?b?UmU6IHtDTQ==?=\n =?ISO-8859-1?Q?I:_ABCD7=7D?=\n\nx\n", "{CMI: ABCD7}", FALSE },
    { "Subject: =?iso-2022-jp?b?GyRCJUYlORsoQiB7Q01JOiBBQkNEN30=?=\n\nx\n", "{CMI: ABCD7}", FALSE },
    { "Subject: x\nSubject: {CMI: ABCD7}\n\nx\n", "{CMI: ABCD7}", FALSE },
    { "Subject: {CMI: EVIL7}\n\n> {CMI: ABCD7}\n", "{CMI: ABCD7}", TRUE },
    { "Content-Type: text/plain; format=flowed\n\n{CMI: \nABCD7}\n", "{CMI: \nABCD7}", TRUE },
    { BASE64 "e0NNSTogQUJD\nRDd9\n", "{CMI: ABCD7}", TRUE },
    /* where ASCII is not written as ASCII: UTF-16 in either order, with a mark and without, HTML, UTF-7, EBCDIC */
    { "Content-Type: text/plain; charset=UTF-16\n" BASE64
      "//57AEMATQBJADoAIABBAEIAQwBEADcAfQA=\n", "{CMI: ABCD7}", TRUE },
    { "Content-Type: text/plain; charset=utf-16\n" BASE64 "AHsAQwBNAEkAOgAgAEEAQgBDAEQANwB9\n", "{CMI: ABCD7}", TRUE },
    { "Content-Type: text/plain; charset=utf-16le\nContent-Transfer-Encoding: quoted-printable\n\n"
      "{=00C=00M=00I=00:=00 =00A=00B=00C=\n=00D=007=00}=00", "{CMI: ABCD7}", TRUE },
    { "Content-Type: text/html; charset=utf-16be\n" BASE64
      "ADwAYgA+AHsAQwBNAEkAOgAgADwAaQA+AEEAQgBDAEQANwAmACMAMQAyADUAOw==\n",
      "{CMI: ABCD7}", TRUE },
    { "Content-Type: text/plain; charset=utf-32be\n" BASE64
      "AAAAewAAAEMAAABNAAAASQAAADoAAAAgAAAAQQAAAEIAAABDAAAARAAAADcAAAB9\n", "{CMI: ABCD7}", TRUE },
    { "Content-Type: text/plain; charset=utf-7\n\n+AOQ-x+AHs-CMI: ABCD7+AH0-\n", "{CMI: ABCD7}", TRUE },
    { "Content-Type: text/plain; charset=unicode-1-1-utf-7\nContent-Transfer-Encoding: quoted-printable\n\n"
      "=80{CMI: ABCD7}\n", "{CMI: ABCD7}", TRUE },
    { "Content-Type: text/plain; charset=ibm037\n" BASE64 "wMPUyXpAwcLDxPfQ\n", "{CMI: ABCD7}", TRUE },
    { "Content-Type: text/plain; charset=hz-no-such\n\n{CMI: ABCD7}\n", "{CMI: ABCD7}", TRUE },
    { ALTERNATIVE "--b\nContent-Type: text/plain; charset=utf-16\n" BASE64
      "SABpAA==\n--b\n" HTML "{CMI: ABCD7}\n--b--\n",
      "{CMI: ABCD7}", TRUE },
    { "Content-Type: multipart/signed; boundary=b\n\n--b\n\n{CMI: ABCD7}\n--b--\n", "{CMI: ABCD7}", TRUE },
    /* not in what is attached, hidden or something else */
    { "Content-Type: text/x-patch\n\n{CMI: ABCD7}\n", NULL, FALSE },
    { "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHi\n--b\n\n{CMI: ABCD7}\n--b--\n", NULL, FALSE },
    { "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHi\n--b--\n{CMI: ABCD7}\n", NULL, FALSE },
    { HTML "<!-- {CMI: ABCD7} --><p title=\"{CMI: ABCD7}\">\n", NULL, FALSE },
    { "X: {CMI: ABCD7}\n\nHi\n", NULL, FALSE },
    { "Subject: {CMI: ABC\n\nD7}\n", NULL, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *wanted = with_crlf (rows[i].text);
      g_autoptr (Sent) sent = send_text (rows[i].text, -1, FALSE);

      g_test_message ("row %u: %s", i, rows[i].text);
      g_assert_cmpstr (sent->found, ==, rows[i].found);
      g_assert_cmpint (sent->in_body, ==, rows[i].in_body);
      if (sent->found != NULL) /* kept, and never two */
        g_assert_cmpstr (sent->wire, ==, wanted);
    }
}

/* Nothing of these is altered by an ID in the body. */
static void
test_sealed (void)
{
  static const struct
  {
    const char *text;
    MoptBodyState state;
  } rows[] = {
    { "Content-Type: multipart/signed; boundary=b\n\n--b\n\nHello\n--b\n\nsig\n--b--\n", MOPT_BODY_SEALED },
    { "Content-Type: multipart/encrypted; boundary=b\n\n--b\n\nHello\n--b--\n", MOPT_BODY_SEALED },
    { "Content-Type: application/pkcs7-mime; smime-type=signed-data\n\nMIA=\n", MOPT_BODY_SEALED },
    { "Content-Type: application/x-pkcs7-mime\n\nMIA=\n", MOPT_BODY_SEALED },
    { "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/signed; boundary=b\n\n--b\n\nHello\n"
      "--b--\n--a\n\nfooter\n--a--\n", MOPT_BODY_SEALED },
    { "Hi\n\n-----BEGIN PGP MESSAGE-----\nx\n-----END PGP MESSAGE-----\n", MOPT_BODY_SEALED },
    { QP "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nx\n", MOPT_BODY_SEALED },
    { ALTERNATIVE "--b\n\n-----BEGIN PGP SIGNED MESSAGE-----\n--b\n" HTML "<p>x</p>\n--b--\n", MOPT_BODY_SEALED },
    { BASE64 "SGVsbG8=\nSGVsbG8=\n", MOPT_BODY_SEALED },
    { "Content-Type: text/plain\nContent-Type: multipart/signed; boundary=b\n\nx\n", MOPT_BODY_SEALED },
    { "Content-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: base64\n\nSGk=\n", MOPT_BODY_SEALED },
    { "Content-Type: image/png\n\nx\n", MOPT_BODY_NO_TEXT },
    { "Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: y\n\nx\n--b--\n", MOPT_BODY_NO_TEXT },
    { "Content-Type: text/plain; name=\"x.patch\"\n\nx\n", MOPT_BODY_NO_TEXT },
    { "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: image/png\n\nx\n--b--\n", MOPT_BODY_NO_TEXT },
    { "Content-Type: multipart/mixed\n\nx\n", MOPT_BODY_NO_TEXT },
    { "Content-Type: multipart/mixed; boundary=b\n\nno such line\n", MOPT_BODY_NO_TEXT },
    { "Content-Type: text/plain; charset=utf-16\n" BASE64 "SABpAA==\n", MOPT_BODY_SEALED },
    { "Content-Type: text/plain; charset=utf-7\n\n+AOQ-\n", MOPT_BODY_SEALED },
    { "Content-Transfer-Encoding: x-uuencode\n\nx\n", MOPT_BODY_SEALED },
    { ALTERNATIVE "--b\nContent-Type: text/plain; charset=utf-16\n" BASE64 "SABpAA==\n--b\n" HTML "<p>x</p>\n--b--\n",
      MOPT_BODY_SEALED },
    { "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-16\n" BASE64
      "SABpAA==\n--b\n\nfooter\n--b--\n", MOPT_BODY_SEALED },
    { "Content-Disposition: attachment; filename=x.txt\n\nx\n", MOPT_BODY_NO_TEXT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *wanted = with_crlf (rows[i].text);
      g_autoptr (Sent) sent = send_text (rows[i].text, -1, TRUE);

      g_test_message ("row %u: %s", i, rows[i].text);
      g_assert_cmpint (sent->state, ==, rows[i].state);
      g_assert_null (sent->found);
      g_assert_true (g_str_has_suffix (sent->wire, wanted)); /* the last two get an empty header */
    }
}

static void
test_refused (void)
{
  static const struct { const char *text; gsize length; } rows[] = {
    { "Subject: a\0b\n\nx\n", 14 }, { "Subject: a\033b\n\nx\n", 14 }, { "Subject: a\177\n\nx\n", 13 },
    { "Subject: a\n\nx\0\n", 15 },
  };
  g_autofree char *word = g_strnfill (999, 'x');
  g_autofree char *long_word = g_strdup_printf ("X: %s\n\nx\n", word);
  g_autofree char *long_lines = g_strdup_printf ("X: %.900s %.900s\n %s\n\n%s\n", word, word, word + 2, word);
  g_autofree char *folded
      = g_strdup_printf ("X: %.900s\r\n %.900s\r\n %s\r\nSubject: " ID "\r\n\r\n%s\r\n", word, word, word + 2, word);
  g_autoptr (GString) huge = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (Sent) sent = send_text (rows[i].text, rows[i].length, FALSE);
      g_assert_null (sent->wire);
    }
  g_autoptr (Sent) none = send_text (long_word, -1, FALSE);
  g_assert_null (none->wire);
  /* a line of the body is the sender's business */
  g_autoptr (Sent) sent = send_text (long_lines, -1, FALSE);
  g_assert_cmpstr (sent->wire, ==, folded);

  while (huge->len < 1024 * 1024)
    g_string_append (huge, "X: y\n z\n");
  g_string_append (huge, "\nbody\n");
  g_autoptr (Sent) too_large = send_text (huge->str, huge->len, FALSE);
  g_assert_null (too_large->wire);
}

/* ---- Spools ---- */

static void
check_spool (MoptSpool *spool, const char *text, gsize length)
{
  g_autofree char *read = g_malloc (length);

  g_assert_nonnull (spool);
  g_assert_cmpuint (mopt_spool_get_size (spool), ==, length);
  g_assert_true (mopt_spool_read (spool, 0, read, length, NULL));
  g_assert_cmpmem (read, length, text, length);
  if (length > 100)
    {
      g_assert_true (mopt_spool_read (spool, length - 100, read, 100, NULL));
      g_assert_cmpmem (read, 100, text + length - 100, 100);
    }
}

typedef struct
{
  int fd;
  const char *text;
  gsize length;
} Writer;

static gpointer
write_in_thread (gpointer data)
{
  Writer *self = data;

  for (gsize n = 0; n < self->length;)
    {
      gssize more = write (self->fd, self->text + n, self->length - n);

      g_assert_cmpint (more, >, 0);
      n += more;
    }
  close (self->fd);
  return NULL;
}

static void
test_spool (void)
{
  static const gsize sizes[] = { 0, 1, 70000, 1024 * 1024, 1024 * 1024 + 1, 3 * 1024 * 1024 + 5 };
  g_autofree char *name = NULL;
  int file = g_file_open_tmp ("mopt-XXXXXX", &name, NULL);

  unlink (name);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *text = g_malloc (sizes[i] + 1);
      g_autoptr (GError) error = NULL;
      int ends[2];

      for (gsize n = 0; n < sizes[i]; n++)
        text[n] = n * 31 + n / 1000;

      g_assert_cmpint (pipe2 (ends, O_CLOEXEC), ==, 0);
      Writer writer = { ends[1], text, sizes[i] };
      GThread *thread = g_thread_new ("writer", write_in_thread, &writer);
      g_autoptr (MoptSpool) piped = mopt_spool_new_from_fd (ends[0], NULL, NULL, &error);
      g_assert_no_error (error);
      g_thread_join (thread);
      close (ends[0]);
      check_spool (piped, text, sizes[i]);

      /* a file from where it stands */
      g_assert_cmpint (ftruncate (file, 0), ==, 0);
      g_assert_cmpint (pwrite (file, "head", 4, 0), ==, 4);
      g_assert_cmpint (pwrite (file, text, sizes[i], 4), ==, sizes[i]);
      g_assert_cmpint (lseek (file, 4, SEEK_SET), ==, 4);
      g_autoptr (MoptSpool) filed = mopt_spool_new_from_fd (file, NULL, NULL, &error);
      g_assert_no_error (error);
      check_spool (filed, text, sizes[i]);
      if (sizes[i] > 1024 * 1024) /* that is cut off meanwhile */
        {
          char c;

          g_assert_cmpint (ftruncate (file, 100), ==, 0);
          g_assert_false (mopt_spool_read (filed, sizes[i] - 1, &c, 1, &error));
          g_assert_error (error, MOPT_ERROR, MOPT_ERROR_FAILED);
        }
    }
  close (file);

  /* nobody writes, and the user has enough of it */
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  int ends[2];
  g_assert_cmpint (pipe2 (ends, O_CLOEXEC), ==, 0);
  g_cancellable_cancel (cancellable);
  g_assert_null (mopt_spool_new_from_fd (ends[0], NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  close (ends[0]);
  close (ends[1]);
}

/* What a stranger may not do. */
static void
test_spool_rules (void)
{
  const gsize size = 2 * 1024 * 1024;
  g_autofree char *text = g_strnfill (size, 'x');
  g_autoptr (GError) error = NULL;
  MoptSpoolRules rules = { .silence_ms = 1000, .copies = TRUE };
  int ends[2], file = memfd_create ("message", MFD_CLOEXEC | MFD_ALLOW_SEALING);

  /* one that never writes, and one that never ends */
  g_assert_cmpint (pipe2 (ends, O_CLOEXEC), ==, 0);
  g_assert_null (mopt_spool_new_from_fd (ends[0], &rules, NULL, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_TIMED_OUT);
  g_clear_error (&error);
  Writer writer = { ends[1], text, size };
  GThread *thread = g_thread_new ("writer", write_in_thread, &writer);
  rules.most = size - 1;
  g_assert_null (mopt_spool_new_from_fd (ends[0], &rules, NULL, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_TOO_LARGE);
  g_clear_error (&error);
  close (ends[0]);
  g_thread_join (thread);

  /* a file that changes later has been copied; one that cannot is used as it lies */
  rules.most = size;
  g_assert_cmpint (pwrite (file, text, size, 0), ==, size);
  g_autoptr (MoptSpool) copied = mopt_spool_new_from_fd (file, &rules, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (pwrite (file, "changed", 7, 0), ==, 7);
  check_spool (copied, text, size);
  g_assert_cmpint (pwrite (file, text, size, 0), ==, size);
  g_assert_cmpint (lseek (file, 0, SEEK_SET), ==, 0);
  g_assert_cmpint (fcntl (file, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK), ==, 0);
  g_autoptr (MoptSpool) sealed = mopt_spool_new_from_fd (file, &rules, NULL, &error);
  g_assert_no_error (error);
  check_spool (sealed, text, size);
  g_assert_cmpint (lseek (file, 0, SEEK_CUR), ==, 0);
  rules.most = size - 1;
  g_assert_null (mopt_spool_new_from_fd (file, &rules, NULL, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_TOO_LARGE);
  close (file);
}

/* Lines across the blocks of a reader. */
static void
test_lines (void)
{
  static const char *const ends[] = { "\n", "\r\n", "\r" };
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GRand) dice = g_rand_new_with_seed (3);
  guint n = 0;

  for (; text->len < 3 * MOPT_SPOOL_BLOCK; n++)
    {
      g_string_append_printf (text, "%*u", g_rand_int_range (dice, 6, 400), n);
      g_string_append (text, ends[n % 3]);
    }
  g_autoptr (GBytes) bytes = g_bytes_new (text->str, text->len);
  g_autoptr (MoptSpool) spool = mopt_spool_new_from_bytes (bytes);
  g_auto (MoptSpoolReader) reader = { 0 };
  MoptSpoolLine line;
  guint64 next = 0;

  mopt_spool_reader_init (&reader, spool, 0, text->len);
  for (guint i = 0; i < n; i++)
    {
      g_assert_true (mopt_spool_reader_line (&reader, &line));
      g_assert_cmpuint (line.start, ==, next);
      g_assert_cmpmem (text->str + line.end, line.next - line.end, ends[i % 3], strlen (ends[i % 3]));
      g_assert_cmpmem (text->str + line.start, line.head_length, line.head, strlen (line.head));
      next = line.next;
    }
  g_assert_cmpuint (next, ==, text->len);
  g_assert_false (mopt_spool_reader_line (&reader, &line));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/outgoing/subject", test_subject);
  g_test_add_func ("/outgoing/body", test_body);
  g_test_add_func ("/outgoing/html", test_html);
  g_test_add_func ("/outgoing/find", test_find);
  g_test_add_func ("/outgoing/sealed", test_sealed);
  g_test_add_func ("/outgoing/refused", test_refused);
  g_test_add_func ("/outgoing/spool", test_spool);
  g_test_add_func ("/outgoing/spool-rules", test_spool_rules);
  g_test_add_func ("/outgoing/lines", test_lines);
  return g_test_run ();
}
