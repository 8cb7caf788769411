# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for everything that mopt prints with --json: values are strings
or null, in objects and arrays of them; no number, no bare true or false.

  python3 json_rule.py FILE    - one document, or one a line: exit 1 and where it breaks the rule"""

import json
import sys


def breaks(node, where='$'):
    """The places in node that break the rule."""
    if isinstance(node, dict):
        return [place for key, value in node.items() for place in breaks(value, '%s.%s' % (where, key))]
    if isinstance(node, list):
        return [place for i, value in enumerate(node) for place in breaks(value, '%s[%d]' % (where, i))]
    return [] if node is None or isinstance(node, str) else ['%s is %s' % (where, json.dumps(node))]


def read(text):
    """The documents of an output: it may be one of many lines, or many of a line."""
    try:
        return [json.loads(text)]
    except ValueError:
        return [json.loads(line) for line in text.splitlines()]


def check(text):
    """All that is wrong with an output."""
    return [place for node in read(text) for place in breaks(node)] if text else []


if __name__ == '__main__':
    with open(sys.argv[1], encoding='utf-8') as output:
        wrong = check(output.read())
    for line in wrong:
        print(line)
    sys.exit(1 if wrong else 0)
