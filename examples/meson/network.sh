#!/bin/sh
# 77 is meson's word for skipped, too.
echo 'no network here'
exit 77
