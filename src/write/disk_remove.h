/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Removes what the disk format wrote into a folder before.
 */
#ifndef DISK_REMOVE_H
#define DISK_REMOVE_H

/*
 * Below the folder FD, removes the files of each test: its test.json, the files that this
 * names, and the folders that are empty then. All other files stay. Links are not followed,
 * and what cannot be removed stays.
 */
void disk_remove(int fd);

#endif
