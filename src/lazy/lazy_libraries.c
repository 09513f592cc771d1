/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * With STATIC=0, the command is linked with this file instead of with five libraries. Each function
 * loads its library when it is first called, and calls the function of the same name in it. Most
 * runs call no function of these libraries; loading all five would make the start a third longer.
 *
 * If the command calls another function of these libraries, the linker reports it as undefined: add
 * a line for it. The compiler checks each line against the header of the library.
 */
#include "die.h"
#include "libraries.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <dlfcn.h>
#include <expat.h>
#include <jansson.h>
#include <pcre2.h>
#include <yaml.h>
#include <zlib.h>

/* The Makefile defines the names, such as "libexpat.so.1". */
struct lazy_library {
	const char *soname;
	void *handle;
};
static struct lazy_library expat = {SONAME_EXPAT, NULL};
static struct lazy_library jansson = {SONAME_JANSSON, NULL};
static struct lazy_library pcre2 = {SONAME_PCRE2, NULL};
static struct lazy_library yaml = {SONAME_YAML, NULL};
static struct lazy_library zlib = {SONAME_ZLIB, NULL};

static void
lazy_library_load(struct lazy_library *library)
{
	if (!library->handle)
		library->handle = dlopen(library->soname, RTLD_NOW);
}

void
lazy_libraries_load(void)
{
	lazy_library_load(&expat);
	lazy_library_load(&jansson);
	lazy_library_load(&pcre2);
	lazy_library_load(&yaml);
	lazy_library_load(&zlib);
}

/* Loads LIBRARY if necessary, and returns its function NAME. Exits if either is missing. */
static void *
lazy_library_function(struct lazy_library *library, const char *name)
{
	lazy_library_load(library);
	void *function = library->handle ? dlsym(library->handle, name) : NULL;
	if (!function)
		die("cannot load a library: %s", dlerror());
	return function;
}

/* Defines the function NAME, which calls the function NAME of LIBRARY with ARGUMENTS. */
#define FUNCTION(LIBRARY, TYPE, NAME, PARAMETERS, ARGUMENTS)                                       \
	TYPE NAME PARAMETERS                                                                       \
	{                                                                                          \
		static __typeof__(NAME) *function;                                                 \
		if (!function)                                                                     \
			function = lazy_library_function(&LIBRARY, #NAME);                         \
		return function ARGUMENTS;                                                         \
	}

/* clang-format off */
FUNCTION(expat, XML_Parser, XML_ParserCreate, (const char *encoding), (encoding))
FUNCTION(expat, void, XML_ParserFree, (XML_Parser p), (p))
FUNCTION(expat, void, XML_SetUserData, (XML_Parser p, void *data), (p, data))
FUNCTION(expat, void, XML_SetElementHandler,
	 (XML_Parser p, XML_StartElementHandler start, XML_EndElementHandler end), (p, start, end))
FUNCTION(expat, void, XML_SetCharacterDataHandler,
	 (XML_Parser p, XML_CharacterDataHandler handler), (p, handler))
FUNCTION(expat, void, XML_SetDefaultHandlerExpand,
	 (XML_Parser p, XML_DefaultHandler handler), (p, handler))
FUNCTION(expat, enum XML_Status, XML_Parse,
	 (XML_Parser p, const char *s, int len, int is_final), (p, s, len, is_final))
FUNCTION(expat, enum XML_Status, XML_StopParser, (XML_Parser p, XML_Bool resumable), (p, resumable))
FUNCTION(expat, enum XML_Error, XML_GetErrorCode, (XML_Parser p), (p))
FUNCTION(expat, const XML_LChar *, XML_ErrorString, (enum XML_Error code), (code))
FUNCTION(expat, XML_Index, XML_GetCurrentByteIndex, (XML_Parser p), (p))

FUNCTION(jansson, json_t *, json_loadb,
	 (const char *s, size_t len, size_t flags, json_error_t *error), (s, len, flags, error))
FUNCTION(jansson, json_t *, json_loadfd,
	 (int fd, size_t flags, json_error_t *error), (fd, flags, error))
FUNCTION(jansson, void, json_delete, (json_t *json), (json))
FUNCTION(jansson, size_t, json_array_size, (const json_t *array), (array))
FUNCTION(jansson, json_t *, json_array_get, (const json_t *array, size_t i), (array, i))
FUNCTION(jansson, json_t *, json_object_get, (const json_t *object, const char *key), (object, key))
FUNCTION(jansson, void *, json_object_iter, (json_t *object), (object))
FUNCTION(jansson, void *, json_object_iter_next, (json_t *object, void *iter), (object, iter))
FUNCTION(jansson, const char *, json_object_iter_key, (void *iter), (iter))
FUNCTION(jansson, json_t *, json_object_iter_value, (void *iter), (iter))
FUNCTION(jansson, void *, json_object_key_to_iter, (const char *key), (key))
FUNCTION(jansson, const char *, json_string_value, (const json_t *string), (string))
FUNCTION(jansson, size_t, json_string_length, (const json_t *string), (string))
FUNCTION(jansson, json_int_t, json_integer_value, (const json_t *integer), (integer))
FUNCTION(jansson, double, json_number_value, (const json_t *number), (number))

FUNCTION(pcre2, pcre2_code *, pcre2_compile_8,
	 (PCRE2_SPTR s, size_t len, uint32_t options, int *error, size_t *at,
	  pcre2_compile_context *context), (s, len, options, error, at, context))
FUNCTION(pcre2, void, pcre2_code_free_8, (pcre2_code *code), (code))
FUNCTION(pcre2, int, pcre2_jit_compile_8, (pcre2_code *code, uint32_t options), (code, options))
FUNCTION(pcre2, pcre2_jit_stack *, pcre2_jit_stack_create_8,
	 (size_t min, size_t max, pcre2_general_context *context), (min, max, context))
FUNCTION(pcre2, void, pcre2_jit_stack_assign_8,
	 (pcre2_match_context *context, pcre2_jit_callback callback, void *data),
	 (context, callback, data))
FUNCTION(pcre2, void, pcre2_jit_stack_free_8, (pcre2_jit_stack *stack), (stack))
FUNCTION(pcre2, pcre2_match_context *, pcre2_match_context_create_8,
	 (pcre2_general_context *context), (context))
FUNCTION(pcre2, void, pcre2_match_context_free_8, (pcre2_match_context *context), (context))
FUNCTION(pcre2, pcre2_match_data *, pcre2_match_data_create_8,
	 (uint32_t pairs, pcre2_general_context *context), (pairs, context))
FUNCTION(pcre2, void, pcre2_match_data_free_8, (pcre2_match_data *match), (match))
FUNCTION(pcre2, int, pcre2_match_8,
	 (const pcre2_code *code, PCRE2_SPTR s, size_t len, size_t start, uint32_t options,
	  pcre2_match_data *match, pcre2_match_context *context),
	 (code, s, len, start, options, match, context))
FUNCTION(pcre2, int, pcre2_substitute_8,
	 (const pcre2_code *code, PCRE2_SPTR s, size_t len, size_t start, uint32_t options,
	  pcre2_match_data *match, pcre2_match_context *context, PCRE2_SPTR by, size_t by_len,
	  PCRE2_UCHAR *out, size_t *out_len),
	 (code, s, len, start, options, match, context, by, by_len, out, out_len))
FUNCTION(pcre2, int, pcre2_get_error_message_8,
	 (int error, PCRE2_UCHAR *s, size_t size), (error, s, size))

FUNCTION(yaml, int, yaml_parser_initialize, (yaml_parser_t *p), (p))
FUNCTION(yaml, void, yaml_parser_delete, (yaml_parser_t *p), (p))
FUNCTION(yaml, void, yaml_parser_set_input_file, (yaml_parser_t *p, FILE *file), (p, file))
FUNCTION(yaml, int, yaml_parser_load, (yaml_parser_t *p, yaml_document_t *document), (p, document))
FUNCTION(yaml, yaml_node_t *, yaml_document_get_root_node, (yaml_document_t *document), (document))
FUNCTION(yaml, yaml_node_t *, yaml_document_get_node,
	 (yaml_document_t *document, int i), (document, i))
FUNCTION(yaml, void, yaml_document_delete, (yaml_document_t *document), (document))

FUNCTION(zlib, int, inflateInit2_,
	 (z_streamp stream, int bits, const char *version, int size), (stream, bits, version, size))
FUNCTION(zlib, int, inflate, (z_streamp stream, int flush), (stream, flush))
FUNCTION(zlib, int, inflateReset, (z_streamp stream), (stream))
FUNCTION(zlib, int, inflateEnd, (z_streamp stream), (stream))
/* clang-format on */
