/*
 * client/output.h
 *
 * What the program says: messages to standard error, results as text or JSON
 * to standard output.
 */
#ifndef CREDENCE_OUTPUT_H
#define CREDENCE_OUTPUT_H

#include <jansson.h>
#include <libpq-fe.h>
#include <stdarg.h>
#include <stdbool.h>

/* Print "credence: text", or "hint: text", as a line to standard error, after clearing a progress bar. */
extern void complain(const char *format,...) __attribute__((format(printf, 1, 2)));
extern void complain_list(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));
extern void hint(const char *format,...) __attribute__((format(printf, 1, 2)));

/* Complains and exits with that status. */
extern void die(int status, const char *format,...) __attribute__((format(printf, 2, 3), noreturn));

/* Memory that is there, or the end. */
extern void *allocate(size_t size);
extern void *reallocate(void *memory, size_t size);
extern char *copy_text(const char *text);
extern char *format_text(const char *format,...) __attribute__((format(printf, 1, 2)));
extern char *format_arguments(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));

/* Prints a text of unknown origin: control characters, which a terminal might obey, become \xNN. */
extern void print_safely(FILE *out, const char *text);

/* A result's rows as aligned columns, and as a list of JSON objects. */
extern void print_rows(const PGresult *rows);
extern json_t *rows_to_json(const PGresult *rows);

/* A field as JSON: numbers that a double or an int64 holds, booleans, JSON; anything else as text. */
extern json_t *field_to_json(const PGresult *rows, int row, int column);

/* A text of unknown origin, such as the name of a file, as JSON; what is not ASCII becomes ? where it is no UTF-8. */
extern json_t *json_safely(const char *text, size_t length);

/* Prints the document, and drops it. */
extern void print_json(json_t *document);

/* Flushes standard output; returns the status, or EXIT_FILES if something could not be written. */
extern int	close_output(int status);

#endif							/* CREDENCE_OUTPUT_H */
