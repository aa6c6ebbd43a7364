/*
 * scoring/text.h
 *
 * Reading and writing the small texts of the formats: a growing buffer, a
 * scanner, numbers that read back the same, labels with or without quotes.
 */
#ifndef CREDENCE_TEXT_H
#define CREDENCE_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "scoring/arena.h"
#include "scoring/problem.h"

/* A text of known length; not terminated unless a comment says so. */
typedef struct Text
{
	const char *bytes;
	uint32_t	length;
} Text;

/* Characters of the longest shortest decimal, with the end. */
#define NUMBER_TEXT_SIZE 25

/* A growing text, always terminated. */
typedef struct TextBuffer
{
	const Arena *arena;
	char	   *bytes;
	size_t		length;
	size_t		capacity;
} TextBuffer;

/* Where a reader stands in a text. */
typedef struct Scanner
{
	const char *start;
	const char *position;
	const char *end;
} Scanner;

extern Text text_of(const char *string);
extern bool text_equal(Text one, Text other);
extern int	text_compare(Text one, Text other);
extern Text text_copy(const Arena *arena, Text text);
extern Text text_start(Text text, uint32_t most);

extern void buffer_init(TextBuffer *buffer, const Arena *arena);
extern void buffer_append(TextBuffer *buffer, const char *bytes, size_t length);
extern void buffer_append_string(TextBuffer *buffer, const char *string);
extern void buffer_append_text(TextBuffer *buffer, Text text);
extern void buffer_append_character(TextBuffer *buffer, char character);
extern void buffer_append_number(TextBuffer *buffer, double number);
extern void buffer_append_label(TextBuffer *buffer, Text label, bool quoted);
extern void buffer_append_json(TextBuffer *buffer, Text text);
extern Text buffer_text(const TextBuffer *buffer);

extern Scanner scanner_of(Text text);
extern void scan_blanks(Scanner *scanner);
extern bool scan_at_end(const Scanner *scanner);
extern bool scan_character(Scanner *scanner, char character);
extern bool scan_number(Scanner *scanner, double *number);
extern bool scan_label(Scanner *scanner, const Arena *arena, const char *stops,
					   Text *label, bool *quoted, Problem *problem);
extern Text scan_rest(const Scanner *scanner);

extern bool text_to_number(Text text, double *number);
extern const char *number_text(double number, char text[NUMBER_TEXT_SIZE]);
extern bool label_needs_quotes(Text label);

#endif							/* CREDENCE_TEXT_H */
