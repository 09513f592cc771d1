/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "output.h"

#include "memory.h"
#include "message.h"
#include "run_facts.h"
#include "run_folder.h"

#include <stdlib.h>
#include <unistd.h>

void
output_report_failure(struct output *output, const struct subunit2_error *error)
{
	bool other = error->code == SUBUNIT2_E_SYSTEM && error->subject;
	message_error(other ? NULL : output->to.name, error);
	output->failed = error->code;
}

/* Turns off the output processing of a terminal, which would write CR LF for the byte LF of a
 * packet. */
static void
output_stop_processing(struct output *output)
{
	if (!output->to.terminal || tcgetattr(output->to.fd, &output->modes) < 0)
		return;
	struct termios raw = output->modes;
	raw.c_oflag &= ~(tcflag_t)OPOST;
	output->raw = tcsetattr(output->to.fd, TCSADRAIN, &raw) == 0;
}

bool
output_begin(struct output *output, const struct output_target *target)
{
	struct subunit2_error error;
	*output = (struct output){0};
	if (!target->is_run_folder)
		return true;
	output->folder = target->path;
	output->file = run_folder_begin(target->path, &error);
	if (!output->file)
		message_error(NULL, &error);
	return output->file;
}

/* Opens the writer to the file that is open. */
static void
output_open_writer(struct output *output, const struct output_target *target,
                   const struct output_setup *setup, struct subunit2_error *error)
{
	writer_open *open = target->format->out;
	output->live =
		setup->live_writer && !target->path && output->to.able && open == writer_text;
	if (open == writer_subunit)
		output_stop_processing(output);
	if (output->live)
		open = setup->live_writer;
	output->sink = open(setup->writer, &output->to, error);
	if (output->file)
		run_facts_emit(output->sink, setup->command);
}

bool
output_open(struct output *output, const struct output_target *target,
            const struct output_setup *setup)
{
	struct subunit2_error error;
	struct output_file_options options = setup->file;
	const struct format *format = target->format;
	const char *path = output->file ? output->file : target->path;
	options.folder = format->folder;
	options.beside = options.beside && !path;
	if (format->out == writer_gitlab && options.color == COLOR_AUTO && !getenv("NO_COLOR"))
		options.color = COLOR_ALWAYS; /* GitLab shows colors in its logs */
	if (output_file_open(&output->to, path, &options, &error) == SUBUNIT2_E_OK)
		output_open_writer(output, target, setup, &error);
	if (!output->sink)
		output_report_failure(output, &error);
	return output->sink;
}

void
output_flush(struct output *output)
{
	struct subunit2_error error;
	if (!output->failed && output_file_flush(&output->to, &error) != SUBUNIT2_E_OK)
		output_report_failure(output, &error);
}

/* Publishes the run that OUTPUT wrote to a folder; removes it if it is not complete. */
static void
output_close_run(struct output *output, uint64_t keep)
{
	struct subunit2_error error;
	if (!output->file)
		return;
	if (!output->failed &&
	    run_folder_publish(output->folder, output->file, keep, &error) != SUBUNIT2_E_OK)
		output_report_failure(output, &error);
	if (output->failed)
		unlink(output->file);
	free(output->file);
}

void
output_close(struct output *output, uint64_t keep)
{
	struct subunit2_error error;
	output_flush(output);
	if (output->raw)
		tcsetattr(output->to.fd, TCSADRAIN, &output->modes);
	if (output_file_close(&output->to, &error) != SUBUNIT2_E_OK && !output->failed)
		output_report_failure(output, &error);
	subunit2_sink_free(output->sink);
	output_close_run(output, keep);
}
