#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
# A script that reports its own steps.
subunit2 status deploy/backup start
du -sh . | subunit2 status deploy/backup pass -a size.txt=-

subunit2 status deploy/migrate skip -m 'no new migrations'

subunit2 status deploy/disk-space start
test "$(df -P . | awk 'NR == 2 { print $4 }')" -gt 1000
subunit2 status deploy/disk-space $?
