/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "script.h"

#include "base_name.h"
#include "memory.h"
#include "shebang.h"
#include "shell_quote.h"

#include <subunit2/utf8.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The head of a file, which says how it is run. */
struct script_head {
	struct shebang shebang; /* its line without a carriage return */
	bool executable;
};

/* Returns PATH without "." and empty segments. */
static char *
script_tidy(const char *path)
{
	char *out = memory_zeroed(strlen(path) + 2, 1), *end = out;
	if (*path == '/')
		*end++ = '/';
	while (*path) {
		size_t len = strcspn(path, "/");
		if (len && !(len == 1 && *path == '.')) {
			if (end > out && end[-1] != '/')
				*end++ = '/';
			memcpy(end, path, len);
			end += len;
		}
		path += len;
		path += *path == '/';
	}
	if (end == out)
		*end++ = '.';
	return out;
}

/* Returns the part of FULL below ROOT; NULL if FULL is not below ROOT. */
static const char *
script_below(const char *full, const char *root)
{
	size_t len = strlen(root);
	if (strcmp(root, "/") == 0)
		return full + 1;
	return strncmp(full, root, len) == 0 && full[len] == '/' ? full + len + 1 : NULL;
}

/* Returns PATH as an absolute path, with the links and ".." of its directory resolved; NULL if that
 * directory does not exist. */
static char *
script_absolute(const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash - path) : 0;
	char *directory = slash ? memory_copy_len(path, len ? len : 1) : memory_copy(".");
	char *real = realpath(directory, NULL);
	free(directory);
	if (!real)
		return NULL;
	const char *separator = strcmp(real, "/") == 0 ? "" : "/";
	char *full = memory_format("%s%s%s", real, separator, slash ? slash + 1 : path);
	free(real);
	return full;
}

char *
script_id(const char *name, size_t len)
{
	size_t limit = 4 * len; /* each byte as \\xNN */
	char *buffer = memory_zeroed(limit, 1);
	size_t kept = subunit2_utf8_escape((struct subunit2_view){name, len}, buffer, limit);
	char *id = memory_copy_len(buffer, kept);
	free(buffer);
	return id;
}

/* Returns the byte that \xNN at TEXT stands for; 0 if TEXT does not begin with \xNN. */
static char
script_escaped_byte(const char *text)
{
	static const char hex[] = "0123456789abcdef";
	if (text[0] != '\\' || text[1] != 'x' || strspn(text + 2, hex) < 2)
		return 0;
	return (char)((strchr(hex, text[2]) - hex) << 4 | (strchr(hex, text[3]) - hex));
}

/* Returns the id of the path NAME. A backslash in it that would read as the beginning of an escape
 * is escaped, too, so that no two paths have one id. */
static char *
script_id_of_path(const char *name)
{
	char *marked = memory_zeroed(strlen(name) + 1, 4), *end = marked;
	for (; *name; name++) {
		*end++ = *name;
		if (script_escaped_byte(name))
			end = stpcpy(end, "x5c");
	}
	char *id = script_id(marked, (size_t)(end - marked));
	free(marked);
	return id;
}

/* Returns the path from which script_id_of_path made TEXT. */
static char *
script_unescaped(const char *text)
{
	char *out = memory_copy(text), *end = out;
	while (*text) {
		char byte = script_escaped_byte(text);
		*end++ = byte ? byte : *text;
		text += byte ? strlen("\\xNN") : 1;
	}
	*end = '\0';
	return out;
}

/* Returns a path that exec does not search for in the variable PATH. */
static char *
script_with_slash(char *path)
{
	if (strchr(path, '/'))
		return path;
	char *local = memory_format("./%s", path);
	free(path);
	return local;
}

void
script_of_path(struct script *script, const struct script_options *options, const char *path)
{
	char *plain = script_tidy(path);
	char *full = options->root ? script_absolute(plain) : NULL;
	const char *inside = full ? script_below(full, options->root) : NULL;
	const char *name = inside && *inside ? inside : plain;
	*script = (struct script){.id = script_id_of_path(name)};
	free(full);
	script->path = script_with_slash(plain);
}

void
script_of_id(struct script *script, const struct script_options *options, const char *id)
{
	char *plain = script_tidy(id);
	*script = (struct script){.id = memory_copy(id)};
	if (options->root && *id != '/') {
		script->path = memory_format("%s/%s", options->root, plain);
		free(plain);
	} else {
		script->path = script_with_slash(plain);
	}
	char *named = script_unescaped(script->path);
	if (access(named, F_OK) == 0) {
		free(script->path);
		script->path = named;
	} else {
		free(named);
	}
}

void
script_clear(struct script *script)
{
	free(script->id);
	free(script->path);
	free(script->problem);
	*script = (struct script){0};
}

/* Returns why the file at PATH cannot be run at all, or NULL. */
static char *
script_head_read(struct script_head *head, const char *path)
{
	struct stat about;
	*head = (struct script_head){0};
	if (stat(path, &about) < 0)
		return memory_copy(strerror(errno));
	if (S_ISDIR(about.st_mode))
		return memory_copy(strerror(EISDIR));
	if (!S_ISREG(about.st_mode))
		return memory_copy("not a regular file");
	head->executable = access(path, X_OK) == 0;
	if (!shebang_read(&head->shebang, path))
		return head->executable ? NULL : memory_copy(strerror(errno));
	head->shebang.line[strcspn(head->shebang.line, "\r")] = '\0';
	return NULL;
}

static bool
script_is_named(const char *path, const char *name)
{
	return strcmp(base_name(path), name) == 0;
}

/* Returns whether the file name in PATH is perl, perl5, perl5.36.0 and so on. */
static bool
script_is_perl(const char *path)
{
	const char *name = base_name(path);
	return strncmp(name, "perl", 4) == 0 && !name[4 + strspn(name + 4, ".0123456789")];
}

static void
script_add_libraries(const struct script_options *options, struct string_list *argv)
{
	for (size_t i = 0; i < options->libraries.count; i++)
		string_list_add_owned(argv, memory_format("-I%s", options->libraries.items[i]));
}

static void
script_add_perl(char *const *words, const struct script_options *options, struct string_list *argv)
{
	bool here = words[0][0] == '/' && access(words[0], X_OK) == 0;
	string_list_add(argv, here ? words[0] : "perl");
	string_list_add_all(argv, words + 1);
	script_add_libraries(options, argv);
}

/* Adds the interpreter NAME, and the text after it in LINE as one argument, as the kernel does. */
static void
script_add_interpreter(const char *line, const char *name, struct string_list *argv)
{
	const char *rest = strstr(line, name) + strlen(name);
	rest += strspn(rest, " \t");
	size_t len = strlen(rest);
	while (len && strchr(" \t", rest[len - 1]))
		len--;
	string_list_add(argv, name);
	if (len)
		string_list_add_owned(argv, memory_copy_len(rest, len));
}

/* Returns false if there is no #! line. */
static bool
script_add_by_line(const char *line, const struct script_options *options, struct string_list *argv)
{
	struct string_list words = {0};
	char *copy = memory_copy(line), *rest = copy;
	for (char *word; (word = strsep(&rest, " \t"));)
		if (*word)
			string_list_add(&words, word);
	free(copy);
	if (!words.count)
		return false;
	size_t named = words.count > 1 && script_is_named(words.items[0], "env");
	if (script_is_perl(words.items[named]))
		script_add_perl(words.items + named, options, argv);
	else
		script_add_interpreter(line, words.items[0], argv);
	string_list_clear(&words);
	return true;
}

bool
script_has_ending(const char *path, const char *ending)
{
	size_t len = strlen(path), tail = strlen(ending);
	return len > tail && strcmp(path + len - tail, ending) == 0;
}

bool
script_is_t(char *const *argv)
{
	static const char *const interpreters[] = {"perl", "sh",   "bash",    "dash", "zsh",
	                                           "env",  "node", "python3", "ruby", "raku"};
	bool interpreted = false;
	for (size_t i = 0; i < sizeof(interpreters) / sizeof(*interpreters); i++)
		interpreted |= script_is_named(argv[0], interpreters[i]);
	if (!interpreted)
		return script_has_ending(argv[0], ".t");
	for (argv++; *argv && **argv == '-'; argv++)
		;
	return *argv && script_has_ending(*argv, ".t");
}

/* Returns false if the name does not say how the file is run. */
static bool
script_add_by_ending(const char *path, const struct script_options *options,
                     struct string_list *argv)
{
	if (script_has_ending(path, ".t")) {
		string_list_add(argv, "perl");
		script_add_libraries(options, argv);
	} else if (script_has_ending(path, ".bats")) {
		string_list_add(argv, "bats");
		string_list_add(argv, "--tap");
		string_list_add(argv, "--timing");
	} else if (script_has_ending(path, ".sh")) {
		string_list_add(argv, "sh");
	} else {
		return false;
	}
	return true;
}

static char *
script_add_words(const char *text, struct string_list *argv)
{
	const char *problem = shell_quote_split(text, argv);
	return problem ? memory_format("-e '%s': %s", text, problem) : NULL;
}

char *
script_command(const struct script *script, const struct script_options *options,
               struct string_list *argv)
{
	struct script_head head;
	char *problem = script->problem ? memory_copy(script->problem)
	                                : script_head_read(&head, script->path);
	if (!problem && options->interpreter)
		problem = script_add_words(options->interpreter, argv);
	else if (!problem && !script_add_by_line(head.shebang.line, options, argv) &&
	         !(head.shebang.binary && head.executable) &&
	         !script_add_by_ending(script->path, options, argv) && !head.executable)
		problem = memory_copy("not executable, and it has no #! line");
	if (!problem)
		string_list_add(argv, script->path);
	return problem;
}
