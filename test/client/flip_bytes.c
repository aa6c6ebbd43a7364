/*
 * test/client/flip_bytes.c
 *
 * flip_bytes BUNDLE COPY: copies a bundle, and flips its bytes in the copy, one
 * after the other and each back again; verify must find each of them. With
 * --content the sums are not believed: the manifest is made anew after every
 * flip, so that only what the files say can give it away; of the files that the
 * heading vouches for no flip must be missed then either.
 *
 * All in one process, or it would take an hour; a child for every so many
 * flips gives the memory back.
 */
#include <dirent.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client/command.h"
#include "client/output.h"
#include "client/verify_bundle.h"

#define FLIPS_OF_A_CHILD 500

/* main.c has it, and is left out. */
void
usage_error(const Globals *globals, const char *format,...)
{
	exit(EXIT_USAGE);
}

/* A file of the bundle. */
typedef struct File
{
	char	   *name;
	unsigned char *bytes;
	size_t		length;
} File;

static File files[200];
static int	files_count;

/* Reads all files beneath a directory. */
static void
read_files(const char *path, const char *prefix)
{
	DIR		   *stream = opendir(path);
	struct dirent *entry;

	while (stream != NULL && (entry = readdir(stream)) != NULL)
	{
		char	   *inner = format_text("%s/%s", path, entry->d_name);
		char	   *name = format_text("%s%s", prefix, entry->d_name);
		struct stat found;

		if (entry->d_name[0] == '.' || stat(inner, &found) != 0)
			continue;
		if (S_ISDIR(found.st_mode))
			read_files(inner, format_text("%s/", name));
		else
		{
			File	   *file = &files[files_count++];
			FILE	   *in = fopen(inner, "rb");

			file->name = name;
			file->length = (size_t) found.st_size;
			file->bytes = allocate(file->length + 1);
			if (in == NULL || fread(file->bytes, 1, file->length, in) != file->length)
				die(EXIT_FILES, "could not read %s", inner);
			fclose(in);
		}
	}
	closedir(stream);
}

/* Writes bytes to a file of the copy. */
static void
write_bytes(const char *copy, const char *name, const void *bytes, size_t length, off_t offset)
{
	char	   *path = format_text("%s/%s", copy, name);
	char	   *slash = strrchr(path, '/');
	int			file;

	*slash = '\0';
	mkdir(path, 0777);
	*slash = '/';
	file = open(path, O_WRONLY | O_CREAT, 0666);
	if (file < 0 || pwrite(file, bytes, length, offset) != (ssize_t) length || close(file) != 0)
		die(EXIT_FILES, "could not write %s", path);
	free(path);
}

static int
compare_files(const void *one, const void *other)
{
	return strcmp(((const File *) one)->name, ((const File *) other)->name);
}

/* Makes the manifest of the copy anew. */
static void
write_manifest(const char *copy, Sum *sum)
{
	char		text[20000];
	size_t		length = 0;

	for (int i = 0; i < files_count; i++)
	{
		unsigned char hash[HASH_SIZE];

		if (strcmp(files[i].name, MANIFEST_NAME) == 0)
			continue;
		sum_of(sum, files[i].bytes, files[i].length, hash);
		hash_text(hash, text + length);
		length += 2 * HASH_SIZE;
		length += (size_t) sprintf(text + length, "  %s\n", files[i].name);
	}
	write_bytes(copy, MANIFEST_NAME, text, length, 0);
}

/* Does verify find anything? */
static bool
found_out(const char *copy)
{
	Report		report = {.json = true, .listed = json_array(), .unchecked = json_object()};
	VerifiedBulletin bulletin;

	verify_bundle(copy, NULL, true, &report, &bulletin);
	json_decref(report.listed);
	json_decref(report.unchecked);
	return report.differences > 0;
}

/* Is it a file that the heading vouches for, itself or by way of the items? */
static bool
vouched_for(const char *name)
{
	static const char *const names[] = {HEADING_NAME, SCHEME_NAME, DATA_NAME, NULL};

	for (int i = 0; i < TABLE_COUNT; i++)
	{
		if (strcmp(bundle_tables[i].file, name) == 0)
			return true;
	}
	for (int i = 0; names[i] != NULL; i++)
	{
		if (strcmp(names[i], name) == 0)
			return true;
	}
	return false;
}

int
main(int argc, char **argv)
{
	bool		content = argc > 3 && strcmp(argv[3], "--content") == 0;
	Sum		   *sum = sum_create();
	long		flips = 0;
	long		missed = 0;
	int			copy_status;

	if (argc < 3)
		return EXIT_USAGE;
	/* the same memory again and again, without asking the kernel each time */
	mallopt(M_MMAP_THRESHOLD, 64 * 1024 * 1024);
	mallopt(M_TRIM_THRESHOLD, 256 * 1024 * 1024);
	read_files(argv[1], "");
	qsort(files, (size_t) files_count, sizeof(File), compare_files);
	mkdir(argv[2], 0777);
	for (int i = 0; i < files_count; i++)
		write_bytes(argv[2], files[i].name, files[i].bytes, files[i].length, 0);
	if (found_out(argv[2]))
		die(EXIT_DIFFERS, "the bundle is damaged to begin with");
	for (int i = 0; i < files_count; i++)
	{
		long		missed_here = 0;

		if (content && !vouched_for(files[i].name))
			continue;
		for (size_t begin = 0; begin < files[i].length; begin += FLIPS_OF_A_CHILD)
		{
			pid_t		child = fork();

			if (child == 0)
			{
				int			missed_by_child = 0;

				for (size_t k = begin; k < begin + FLIPS_OF_A_CHILD && k < files[i].length; k++)
				{
					unsigned char before = files[i].bytes[k];

					/* one bit, another one from byte to byte */
					files[i].bytes[k] ^= (unsigned char) (1 << (k % 8));
					write_bytes(argv[2], files[i].name, files[i].bytes + k, 1, (off_t) k);
					if (content)
						write_manifest(argv[2], sum);
					if (!found_out(argv[2]))
					{
						missed_by_child++;
						fprintf(stderr, "not found: byte %zu of %s\n", k, files[i].name);
					}
					files[i].bytes[k] = before;
					write_bytes(argv[2], files[i].name, files[i].bytes + k, 1, (off_t) k);
				}
				_exit(missed_by_child > 0 ? (missed_by_child > 99 ? 100 : missed_by_child) : 0);
			}
			if (child < 0 || waitpid(child, &copy_status, 0) != child || !WIFEXITED(copy_status))
				die(EXIT_DIFFERS, "verify crashed within bytes %zu to %zu of %s", begin, begin + FLIPS_OF_A_CHILD, files[i].name);
			missed_here += WEXITSTATUS(copy_status);
		}
		flips += (long) files[i].length;
		missed += missed_here;
	}
	printf("%ld bytes flipped, %ld not found\n", flips, missed);
	return missed > 0 ? EXIT_DIFFERS : EXIT_FINE;
}
