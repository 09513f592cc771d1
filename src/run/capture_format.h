/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The formats that a capture reads in the output of a command; see output_capture.h.
 */
#ifndef CAPTURE_FORMAT_H
#define CAPTURE_FORMAT_H

enum capture_format {
	CAPTURE_FORMAT_AUTO, /* packets anywhere, TAP and consoles of harnesses where they begin */
	CAPTURE_FORMAT_TAP,  /* the same, but TAP from the first byte */
	CAPTURE_FORMAT_KTAP, /* the same, but TAP is KTAP, and at least one line is required */
	/* Packets, and the console of this harness from the first byte. TAP only of prove, whose
	 * console holds it with -v. */
	CAPTURE_FORMAT_AUTOMAKE,
	CAPTURE_FORMAT_CTEST,
	CAPTURE_FORMAT_MESON,
	CAPTURE_FORMAT_PROVE,
	CAPTURE_FORMAT_AUTOTEST,
	CAPTURE_FORMAT_DEJAGNU,
	CAPTURE_FORMAT_SUBUNIT,  /* packets and text; a broken packet is damage */
	CAPTURE_FORMAT_SUBUNIT1, /* packets, and version 1 from the first byte; no TAP */
	CAPTURE_FORMAT_TEXT,     /* all output is text */
	CAPTURE_FORMAT_DRIVEN,   /* packets, and automake's console; no TAP (driven_console.h) */
};

/* The names that --from takes, by enum capture_format. DRIVEN has none: NULL ends them. */
extern const char *const capture_format_names[];

#endif
