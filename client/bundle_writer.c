/*
 * client/bundle_writer.c
 *
 * Writing a part of a growing bundle; see bundle_part.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/bundle_part.h"
#include "client/connection.h"
#include "client/output.h"

#define BUFFER_SIZE (256 * 1024)

void
part_begin(PartWriter *writer, GrowingBundle *bundle, const char *name)
{
	char	   *slash;
	char	   *folder = copy_text(name);

	memset(writer, 0, sizeof(*writer));
	writer->bundle = bundle;
	writer->name = name;
	slash = strchr(folder, '/');
	if (slash != NULL)
	{
		*slash = '\0';
		if (mkdirat(bundle->directory, folder, 0777) != 0 && errno != EEXIST)
			file_trouble(bundle, folder, "make the directory");
	}
	free(folder);
	if (unlinkat(bundle->directory, name, 0) != 0 && errno != ENOENT)
		file_trouble(bundle, name, "remove");
	writer->file = openat(bundle->directory, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (writer->file < 0)
		file_trouble(bundle, name, "write");
	writer->buffer = allocate(BUFFER_SIZE);
	writer->sum = sum_create();
	sum_begin(writer->sum);
}

/* Writes bytes to the file. */
static void
put_out(PartWriter *writer, const char *bytes, size_t length)
{
	sum_add(writer->sum, bytes, length);
	writer->bytes += length;
	while (length > 0)
	{
		ssize_t		put = write(writer->file, bytes, length);

		stop_if_interrupted();
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			file_trouble(writer->bundle, writer->name, "write");
		bytes += put;
		length -= (size_t) put;
	}
}

void
part_write(PartWriter *writer, const void *bytes, size_t length)
{
	if (length > BUFFER_SIZE - writer->filled)
	{
		put_out(writer, writer->buffer, writer->filled);
		writer->filled = 0;
		if (length > BUFFER_SIZE / 2)
		{
			put_out(writer, bytes, length);
			return;
		}
	}
	memcpy(writer->buffer + writer->filled, bytes, length);
	writer->filled += length;
}

void
part_puts(PartWriter *writer, const char *text)
{
	part_write(writer, text, strlen(text));
}

void
part_printf(PartWriter *writer, const char *format,...)
{
	va_list		arguments;
	char	   *text;

	va_start(arguments, format);
	text = format_arguments(format, arguments);
	va_end(arguments);
	part_puts(writer, text);
	free(text);
}

void
part_end(PartWriter *writer)
{
	unsigned char hash[HASH_SIZE];

	put_out(writer, writer->buffer, writer->filled);
	if (fsync(writer->file) != 0 || close(writer->file) != 0)
		file_trouble(writer->bundle, writer->name, "write");
	sum_end(writer->sum, hash);
	sum_free(writer->sum);
	free(writer->buffer);
	note_part(writer->bundle, writer->name, hash, writer->bytes);
}

void
part_adopt(GrowingBundle *bundle, const char *name)
{
	unsigned char hash[HASH_SIZE];
	uint64_t	bytes;
	int			file;

	if (!part_sum(bundle, name, hash, &bytes))
		file_trouble(bundle, name, "read");
	file = openat(bundle->directory, name, O_RDONLY | O_CLOEXEC);
	if (file < 0 || fsync(file) != 0)
		file_trouble(bundle, name, "write");
	close(file);
	note_part(bundle, name, hash, bytes);
}
