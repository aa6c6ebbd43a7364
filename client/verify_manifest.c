/*
 * client/verify_manifest.c
 *
 * Manifest and files; see verify_manifest.h.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/command.h"
#include "client/connection.h"
#include "client/output.h"
#include "client/verify_manifest.h"

#define BUFFER_SIZE (256 * 1024)

/* Files of a bundle: it has some fifty, most of them the site. */
#define LIMIT_FILES 10000

/* Directories within directories: a bundle has one level. */
#define LIMIT_LEVELS 8

Listed *
manifest_find(Manifest *manifest, const char *name)
{
	/* binary search would need them sorted, which is what is being checked */
	for (int i = 0; i < manifest->count; i++)
	{
		if (strcmp(manifest->files[i].name, name) == 0)
			return manifest->files[i].there ? &manifest->files[i] : NULL;
	}
	return NULL;
}

void
manifest_free(Manifest *manifest)
{
	for (int i = 0; i < manifest->count; i++)
		free(manifest->files[i].name);
	free(manifest->files);
	close(manifest->directory);
}

/* Reads a line of the manifest: 64 digits, two blanks, a name. */
static void
read_listed(Manifest *manifest, const char *line, size_t length, uint64_t number, Report *report)
{
	Place		place = {MANIFEST_NAME, number, NULL};
	unsigned char hash[HASH_SIZE];
	const char *name = line + 2 * HASH_SIZE + 2;
	const char *problem;
	Listed	   *file;

	if (length <= 2 * HASH_SIZE + 2 || !hash_read(line, 2 * HASH_SIZE, hash) || line[2 * HASH_SIZE] != ' ' || line[2 * HASH_SIZE + 1] != ' ')
	{
		wrong(report, place, "is not 64 small hexadecimal digits, two blanks and a name");
		return;
	}
	length -= 2 * HASH_SIZE + 2;
	problem = path_problem(name, length);
	if (problem != NULL)
	{
		wrong(report, place, "the name \"%.*s\" %s", (int) length, name, problem);
		return;
	}
	if (manifest->count == LIMIT_FILES)
	{
		wrong(report, place, "names more than %d files", LIMIT_FILES);
		return;
	}
	manifest->files = reallocate(manifest->files, sizeof(Listed) * (size_t) (manifest->count + 1));
	file = &manifest->files[manifest->count++];
	memset(file, 0, sizeof(*file));
	file->name = format_text("%.*s", (int) length, name);
	file->line = number;
	memcpy(file->hash, hash, HASH_SIZE);
	if (strcmp(file->name, MANIFEST_NAME) == 0)
		wrong(report, place, "names itself");
	if (manifest->count > 1 && strcmp(file[-1].name, file->name) >= 0)
		wrong(report, place, "the names are not in ascending order");
}

/* Marks the files that are there, and reports those that the manifest does not name. */
static void
walk(Manifest *manifest, int directory, const char *prefix, int level, Report *report)
{
	int			again = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR		   *stream = again >= 0 ? fdopendir(again) : NULL;
	struct dirent *entry;

	if (stream == NULL)
	{
		stop_if_short(prefix[0] != '\0' ? prefix : "the directory");
		wrong(report, (Place) {prefix, 0, NULL}, "the directory cannot be read: %s", strerror(errno));
		return;
	}
	while ((entry = readdir(stream)) != NULL)
	{
		char	   *name = format_text("%s%s", prefix, entry->d_name);
		struct stat found;
		Place		place = {name, 0, NULL};

		stop_if_interrupted();
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			;
		else if (fstatat(directory, entry->d_name, &found, AT_SYMLINK_NOFOLLOW) != 0)
			wrong(report, place, "cannot be looked at: %s", strerror(errno));
		else if (S_ISDIR(found.st_mode))
		{
			int			inner = level < LIMIT_LEVELS ? openat(directory, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
			char	   *inner_prefix = format_text("%s/", name);

			if (inner >= 0)
			{
				walk(manifest, inner, inner_prefix, level + 1, report);
				close(inner);
			}
			else
			{
				stop_if_short(name);
				wrong(report, place, "the directory cannot be read");
			}
			free(inner_prefix);
		}
		else if (strcmp(name, MANIFEST_NAME) == 0)
		{
			if (!S_ISREG(found.st_mode))
				wrong(report, place, "is no file");
		}
		else
		{
			Listed	   *file = NULL;

			for (int i = 0; i < manifest->count; i++)
			{
				if (strcmp(manifest->files[i].name, name) == 0)
					file = &manifest->files[i];
			}
			if (file == NULL)
				wrong(report, place, "is there, and the manifest does not name it");
			else if (!S_ISREG(found.st_mode))
				wrong(report, place, "is no file");
			else
			{
				file->there = true;
				file->bytes = (uint64_t) found.st_size;
				report->files++;
				report->bytes += file->bytes;
			}
		}
		free(name);
	}
	closedir(stream);
}

void
manifest_read(Manifest *manifest, const char *path, Report *report)
{
	RecordReader reader;
	RecordOutcome outcome;

	memset(manifest, 0, sizeof(*manifest));
	manifest->directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (manifest->directory < 0)
		die(EXIT_FILES, "could not open the bundle %s: %s", path, strerror(errno));
	if (!lines_open(&reader, manifest->directory, MANIFEST_NAME, NULL))
	{
		complain("%s is no bundle, or not a whole one: its %s %s", path, MANIFEST_NAME, reader.problem);
		hint("An export that was cut off leaves NAME.partial behind; run it again.");
		exit(EXIT_FILES);
	}
	while ((outcome = records_next(&reader)) == RECORD_READ)
		read_listed(manifest, reader.raw, reader.raw_length, reader.line, report);
	if (outcome == RECORD_FAILED)
		wrong(report, (Place) {MANIFEST_NAME, reader.line, NULL}, "%s", reader.problem);
	records_close(&reader);
	if (manifest->count == 0)
		wrong(report, (Place) {MANIFEST_NAME, 0, NULL}, "names no file");
	walk(manifest, manifest->directory, "", 0, report);
	for (int i = 0; i < manifest->count; i++)
	{
		if (!manifest->files[i].there)
			wrong(report, (Place) {manifest->files[i].name, 0, NULL}, "is missing, and the manifest names it");
	}
}

void
manifest_check(Listed *file, const unsigned char *hash, Report *report)
{
	char		found[HASH_TEXT_SIZE];
	char		expected[HASH_TEXT_SIZE];
	RecordField has;
	RecordField should;

	file->checked = true;
	if (memcmp(hash, file->hash, HASH_SIZE) == 0)
		return;
	hash_text(hash, found);
	hash_text(file->hash, expected);
	has = field_of(found);
	should = field_of(expected);
	differs(report, (Place) {file->name, 0, NULL}, &has, &should, "its SHA-256 is not that of the manifest");
}

void
manifest_check_rest(Manifest *manifest, Sum *sum, Report *report)
{
	char	   *buffer = allocate(BUFFER_SIZE);

	for (int i = 0; i < manifest->count; i++)
	{
		Listed	   *listed = &manifest->files[i];
		unsigned char hash[HASH_SIZE];
		ssize_t		got = -1;
		int			file;

		if (!listed->there || listed->checked)
			continue;
		file = openat(manifest->directory, listed->name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
		if (file < 0)
			stop_if_short(listed->name);
		sum_begin(sum);
		while (file >= 0 && (got = read(file, buffer, BUFFER_SIZE)) != 0)
		{
			stop_if_interrupted();
			if (got < 0 && errno == EINTR)
				continue;
			if (got < 0)
				break;
			sum_add(sum, buffer, (size_t) got);
		}
		if (got < 0)
			wrong(report, (Place) {listed->name, 0, NULL}, "cannot be read: %s", strerror(errno));
		if (file >= 0)
			close(file);
		sum_end(sum, hash);
		if (got == 0)
			manifest_check(listed, hash, report);
		listed->checked = true;
	}
	free(buffer);
}

char *
manifest_read_file(Manifest *manifest, const char *name, size_t limit, size_t *length, Sum *sum, Report *report)
{
	Listed	   *listed = manifest_find(manifest, name);
	char	   *text;
	int			file;
	size_t		filled = 0;
	ssize_t		got;
	unsigned char hash[HASH_SIZE];

	if (listed == NULL)
		return NULL;
	if (listed->bytes > limit)
	{
		wrong(report, (Place) {name, 0, NULL}, "has more than %zu bytes", limit);
		return NULL;
	}
	file = openat(manifest->directory, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	if (file < 0)
		stop_if_short(name);
	text = allocate(listed->bytes + 1);
	got = file < 0 ? -1 : 0;
	while (file >= 0 && filled < listed->bytes && (got = read(file, text + filled, listed->bytes - filled)) != 0)
	{
		if (got < 0 && errno != EINTR)
			break;
		filled += got > 0 ? (size_t) got : 0;
	}
	if (got < 0)
		wrong(report, (Place) {name, 0, NULL}, "cannot be read: %s", strerror(errno));
	if (file >= 0)
		close(file);
	sum_of(sum, text, filled, hash);
	manifest_check(listed, hash, report);
	text[filled] = '\0';
	*length = filled;
	return text;
}
