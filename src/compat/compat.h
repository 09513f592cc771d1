/*
 * The old tools: the names of version 1 and of Python's subunit, with the same
 * options, output and exit status. Each is a face on what subunit2 does already;
 * subunit2-compat(7) tells where they differ, and why.
 *
 * To add one: a file here, a line below, a row in programs.c, and in the manual.
 */
#ifndef COMPAT_H
#define COMPAT_H

#include "command.h"
#include "options.h"
#include "strings.h"

/* Ends with a row whose name is NULL. `make install-compat` makes a link for each. */
extern const struct command compat_programs[];

int compat_1to2(int argc, const char **argv);
int compat_2to1(int argc, const char **argv);
int compat_combine(int argc, const char **argv);
int compat_csv(int argc, const char **argv);
int compat_disk(int argc, const char **argv);
int compat_filter(int argc, const char **argv);
int compat_gojson(int argc, const char **argv);
int compat_gtk(int argc, const char **argv);
int compat_ls(int argc, const char **argv);
int compat_junitxml(int argc, const char **argv);
int compat_junitxml_in(int argc, const char **argv);
int compat_notify(int argc, const char **argv);
int compat_output(int argc, const char **argv);
int compat_pyunit(int argc, const char **argv);
int compat_stats(int argc, const char **argv);
int compat_tags(int argc, const char **argv);
int compat_tap(int argc, const char **argv);

/*
 * options_begin for arguments as the old tools take them: a long option may be cut
 * short while it is the only one that begins so, and one whose argDescrip has a
 * blank ("FROM TO") takes two values, which come as two options. ARGUMENTS begins
 * as all zeroes, and is cleared after options_end.
 */
void compat_options_begin(struct options *options, struct strings *arguments, int argc,
                          const char **argv, const struct options_spec *spec);

/*
 * The whole of a tool whose arguments are files: each option goes to TAKE, as with
 * options_read, and then the files, of which there may be none, to RUN, whose exit
 * status is returned.
 */
int compat_main(const struct options_spec *spec,
                int (*take)(void *context, struct options *options, int option),
                int (*run)(void *context, const char *const *paths), void *context, int argc,
                const char **argv);

#endif
