#!/bin/sh
# A test script that writes TAP, as many languages' test libraries do.
echo 1..4
echo 'ok 1 - 2024 has 366 days'
echo 'ok 2 - 2100 has 365 days'
echo 'not ok 3 - 1752 has 355 days'
echo '#   got: 366'
echo '#   expected: 355'
echo 'ok 4 - Julian dates # SKIP not before version 2'
exit 1
