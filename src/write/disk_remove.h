/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Removes the files that the disk format wrote into a folder before.
 */
#ifndef DISK_REMOVE_H
#define DISK_REMOVE_H

/*
 * Removes the files of each test below the folder FD: its test.json, the files that this names,
 * and folders that are empty afterwards. All other files stay, and so do those that cannot be
 * removed. Links are not followed.
 */
void disk_remove(int fd);

#endif
