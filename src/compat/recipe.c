/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "recipe.h"

#include "memory.h"
#include "message.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <yaml.h>

#define MERGE_DEPTH 64 /* how deeply merged mappings may be nested */

/* A file that is being read. */
struct recipe_reading {
	const char *path;
	yaml_document_t document;
	size_t command; /* the index of the current command, for messages */

	yaml_node_t **sources; /* set by compat_recipe_sources */
	size_t source_count;
	unsigned *rounds; /* for each node: the number of the last search that visited it */
	unsigned round;   /* the number of the current search */
};

static bool
compat_recipe_refuse(const struct recipe_reading *reading, const char *key, const char *what)
{
	message("%s: commands[%zu]%s%s must be %s", reading->path, reading->command,
	        *key ? "." : "", key, what);
	return false;
}

static yaml_node_t *
compat_recipe_node(struct recipe_reading *reading, int index)
{
	return yaml_document_get_node(&reading->document, index);
}

static bool
compat_recipe_is_null(const yaml_node_t *node)
{
	static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};
	if (node->type != YAML_SCALAR_NODE || node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
		return false;
	for (size_t i = 0; i < sizeof(nulls) / sizeof(*nulls); i++)
		if (strcmp((const char *)node->data.scalar.value, nulls[i]) == 0)
			return true;
	return false;
}

/* Returns the text of NODE, or NULL if it is not a string or contains a NUL. */
static const char *
compat_recipe_text_of(const yaml_node_t *node)
{
	if (node->type != YAML_SCALAR_NODE ||
	    memchr(node->data.scalar.value, '\0', node->data.scalar.length))
		return NULL;
	return (const char *)node->data.scalar.value;
}

static bool
compat_recipe_is_mapping(const yaml_node_t *node)
{
	return node->type == YAML_MAPPING_NODE;
}

static bool
compat_recipe_is_merge(const yaml_node_t *key)
{
	const char *name = compat_recipe_text_of(key);
	return name && key->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && strcmp(name, "<<") == 0;
}

/* Appends MAPPING to the sources, followed by the mappings that it merges with "<<", in
 * their order. Each mapping is added once, since mappings may merge each other in a cycle,
 * or the same mapping many times. */
static void
compat_recipe_add_sources(struct recipe_reading *reading, yaml_node_t *mapping, int depth)
{
	unsigned *round = &reading->rounds[mapping - reading->document.nodes.start];
	if (!compat_recipe_is_mapping(mapping) || *round == reading->round || depth > MERGE_DEPTH)
		return;
	*round = reading->round;
	reading->sources[reading->source_count++] = mapping;
	const yaml_node_pair_t *pair = mapping->data.mapping.pairs.start;
	for (; pair < mapping->data.mapping.pairs.top; pair++) {
		yaml_node_t *value = compat_recipe_node(reading, pair->value);
		if (!compat_recipe_is_merge(compat_recipe_node(reading, pair->key)))
			continue;
		compat_recipe_add_sources(reading, value, depth + 1);
		if (value->type != YAML_SEQUENCE_NODE)
			continue;
		const yaml_node_item_t *item = value->data.sequence.items.start;
		for (; item < value->data.sequence.items.top; item++)
			compat_recipe_add_sources(reading, compat_recipe_node(reading, *item),
			                          depth + 1);
	}
}

/* Sets the sources to all mappings whose pairs MAPPING has, itself first. If several have
 * a key, the first one counts. */
static void
compat_recipe_sources(struct recipe_reading *reading, yaml_node_t *mapping)
{
	reading->source_count = 0;
	reading->round++;
	compat_recipe_add_sources(reading, mapping, 0);
}

static yaml_node_t *
compat_recipe_find_in(struct recipe_reading *reading, const yaml_node_t *mapping, const char *key)
{
	const yaml_node_pair_t *pair = mapping->data.mapping.pairs.start;
	for (; pair < mapping->data.mapping.pairs.top; pair++) {
		const char *name = compat_recipe_text_of(compat_recipe_node(reading, pair->key));
		if (name && strcmp(name, key) == 0)
			return compat_recipe_node(reading, pair->value);
	}
	return NULL;
}

/* Returns the value of KEY in MAPPING or in a mapping that it merges, which may be YAML's
 * null. Returns NULL if the key is missing. */
static yaml_node_t *
compat_recipe_find(struct recipe_reading *reading, yaml_node_t *mapping, const char *key)
{
	yaml_node_t *found = NULL;
	compat_recipe_sources(reading, mapping);
	for (size_t i = 0; i < reading->source_count && !found; i++)
		found = compat_recipe_find_in(reading, reading->sources[i], key);
	return found;
}

/* Returns the value of KEY as compat_recipe_find does, but NULL if it is YAML's null. */
static yaml_node_t *
compat_recipe_value_of(struct recipe_reading *reading, yaml_node_t *mapping, const char *key)
{
	yaml_node_t *value = compat_recipe_find(reading, mapping, key);
	return value && !compat_recipe_is_null(value) ? value : NULL;
}

/* Stores a copy of the string KEY in *TO, or of OTHERWISE if the key is missing. If the
 * value is not a string, prints a message and returns false. */
static bool
compat_recipe_read_string(struct recipe_reading *reading, yaml_node_t *mapping, const char *key,
                          const char *otherwise, char **to)
{
	const yaml_node_t *value = compat_recipe_value_of(reading, mapping, key);
	const char *text = value ? compat_recipe_text_of(value) : otherwise;
	*to = text ? memory_copy(text) : NULL;
	return text || !value || compat_recipe_refuse(reading, key, "a string");
}

static bool
compat_recipe_read_argv(struct recipe_reading *reading, yaml_node_t *mapping,
                        struct string_list *argv)
{
	static const char what[] = "a non-empty list of strings";
	const yaml_node_t *list = compat_recipe_value_of(reading, mapping, "argv");
	if (!list || list->type != YAML_SEQUENCE_NODE)
		return compat_recipe_refuse(reading, "argv", what);
	const yaml_node_item_t *item = list->data.sequence.items.start;
	for (; item < list->data.sequence.items.top; item++) {
		const char *text = compat_recipe_text_of(compat_recipe_node(reading, *item));
		if (!text)
			return compat_recipe_refuse(reading, "argv", what);
		string_list_add(argv, text);
	}
	return argv->count || compat_recipe_refuse(reading, "argv", what);
}

/* Adds the variables of MAP, without those of merged mappings. */
static bool
compat_recipe_add_own_env(struct recipe_reading *reading, const yaml_node_t *map,
                          struct string_list *env)
{
	const yaml_node_pair_t *pair = map->data.mapping.pairs.start;
	for (; pair < map->data.mapping.pairs.top; pair++) {
		const char *name = compat_recipe_text_of(compat_recipe_node(reading, pair->key));
		const char *value = compat_recipe_text_of(compat_recipe_node(reading, pair->value));
		if (compat_recipe_is_merge(compat_recipe_node(reading, pair->key)))
			continue;
		if (!name || !*name || strchr(name, '=') || !value)
			return false;
		string_list_add_owned(env, memory_format("%s=%s", name, value));
	}
	return true;
}

/* Adds the variables of MAP and of the mappings that it merges. The sources are added in
 * reverse order, because the last value of a variable counts. */
static bool
compat_recipe_add_env(struct recipe_reading *reading, yaml_node_t *map, struct string_list *env)
{
	compat_recipe_sources(reading, map);
	for (size_t i = reading->source_count; i-- > 0;)
		if (!compat_recipe_add_own_env(reading, reading->sources[i], env))
			return false;
	return true;
}

static bool
compat_recipe_read_env(struct recipe_reading *reading, yaml_node_t *mapping,
                       struct string_list *env)
{
	yaml_node_t *map = compat_recipe_value_of(reading, mapping, "env");
	return !map ||
	       (compat_recipe_is_mapping(map) && compat_recipe_add_env(reading, map, env)) ||
	       compat_recipe_refuse(reading, "env", "a mapping of strings");
}

static bool
compat_recipe_read_command(struct recipe_reading *reading, yaml_node_t *mapping,
                           struct recipe_command *command)
{
	if (!compat_recipe_is_mapping(mapping))
		return compat_recipe_refuse(reading, "", "a mapping");
	return compat_recipe_read_argv(reading, mapping, &command->argv) &&
	       compat_recipe_read_string(reading, mapping, "prefix", "", &command->prefix) &&
	       compat_recipe_read_string(reading, mapping, "list_option", "",
	                                 &command->list_option) &&
	       compat_recipe_read_string(reading, mapping, "id_option", "", &command->id_option) &&
	       compat_recipe_read_string(reading, mapping, "cwd", NULL, &command->cwd) &&
	       compat_recipe_read_env(reading, mapping, &command->env);
}

static bool
compat_recipe_read_commands(struct recipe *recipe, struct recipe_reading *reading)
{
	yaml_node_t *root = yaml_document_get_root_node(&reading->document);
	if (!root || !compat_recipe_is_mapping(root)) {
		message("%s: not a mapping", reading->path);
		return false;
	}
	const yaml_node_t *list = compat_recipe_value_of(reading, root, "commands");
	if (!list || list->type != YAML_SEQUENCE_NODE ||
	    list->data.sequence.items.start == list->data.sequence.items.top) {
		message("%s: 'commands' must be a non-empty list", reading->path);
		return false;
	}
	const yaml_node_item_t *first = list->data.sequence.items.start;
	size_t count = (size_t)(list->data.sequence.items.top - first);
	recipe->commands = memory_zeroed(count, sizeof(*recipe->commands));
	recipe->count = count;
	for (size_t i = 0; i < count; i++) {
		reading->command = i;
		if (!compat_recipe_read_command(reading, compat_recipe_node(reading, first[i]),
		                                &recipe->commands[i]))
			return false;
	}
	return true;
}

/* Parses FILE into DOCUMENT. If this succeeds, the caller deletes the document; otherwise
 * prints a message and returns false. */
static bool
compat_recipe_load(FILE *file, const char *path, yaml_document_t *document)
{
	yaml_parser_t parser;
	memory_have(yaml_parser_initialize(&parser) ? &parser : NULL);
	yaml_parser_set_input_file(&parser, file);
	bool good = yaml_parser_load(&parser, document);
	if (!good)
		message("%s: line %zu: %s", path, parser.problem_mark.line + 1,
		        parser.problem ? parser.problem : "not YAML");
	yaml_parser_delete(&parser);
	return good;
}

bool
recipe_read(struct recipe *recipe, const char *path)
{
	struct recipe_reading reading = {.path = path};
	*recipe = (struct recipe){0};
	FILE *file = fopen(path, "re");
	if (!file) {
		message("%s: %s", path, strerror(errno));
		return false;
	}
	bool good = compat_recipe_load(file, path, &reading.document);
	if (good) {
		size_t nodes = (size_t)(reading.document.nodes.top - reading.document.nodes.start);
		reading.rounds = memory_zeroed(nodes, sizeof(*reading.rounds));
		reading.sources = memory_zeroed(nodes, sizeof(*reading.sources));
		good = compat_recipe_read_commands(recipe, &reading);
		free(reading.rounds);
		free(reading.sources);
		yaml_document_delete(&reading.document);
	}
	fclose(file);
	return good;
}

void
recipe_clear(struct recipe *recipe)
{
	for (size_t i = 0; i < recipe->count; i++) {
		struct recipe_command *command = &recipe->commands[i];
		free(command->prefix);
		free(command->cwd);
		free(command->list_option);
		free(command->id_option);
		string_list_clear(&command->argv);
		string_list_clear(&command->env);
	}
	free(recipe->commands);
}
