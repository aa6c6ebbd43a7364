/*
 * client/bundle_part.c
 *
 * Growing a bundle; see bundle_part.h.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/bundle_part.h"
#include "client/command.h"
#include "client/connection.h"
#include "client/output.h"

/* Begins with a point, so that no manifest can name it. */
#define JOURNAL_NAME ".export"

#define BUFFER_SIZE (256 * 1024)

/* Bytes of a line of the journal or a manifest that can be ours. */
#define LIMIT_LINE 400

void
file_trouble(const GrowingBundle *bundle, const char *name, const char *what)
{
	int			problem = errno;

	complain("could not %s %s%s%s: %s", what, bundle->partial, name[0] != '\0' ? "/" : "", name, strerror(problem));
	if (problem == ENOSPC || problem == EDQUOT || problem == EFBIG)
		hint("Make room and run the same command again: it goes on with the parts that are whole.");
	exit(EXIT_FILES);
}

/* Is there a file of that name in the directory? */
static bool
file_is_there(const char *directory, const char *name)
{
	char	   *path = format_text("%s/%s", directory, name);
	struct stat found;
	bool		there = lstat(path, &found) == 0;

	free(path);
	return there;
}

/* Does the path name an empty directory? */
static bool
is_empty_directory(const char *path)
{
	DIR		   *stream = opendir(path);
	struct dirent *entry;
	bool		empty = stream != NULL;

	while (empty && (entry = readdir(stream)) != NULL)
		empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
	if (stream != NULL)
		closedir(stream);
	return empty;
}

/* Does a path end in a name, so that something can be made there? */
static bool
has_name(const char *path)
{
	size_t		length = strlen(path);
	size_t		begin;

	while (length > 0 && path[length - 1] == '/')
		length--;
	for (begin = length; begin > 0 && path[begin - 1] != '/';)
		begin--;
	return length > begin && strncmp(path + begin, ".", length - begin) != 0 && strncmp(path + begin, "..", length - begin) != 0;
}

void
bundle_check_path(const char *path, bool replace)
{
	struct stat found;

	if (!has_name(path))
	{
		complain("\"%s\" is no name that a bundle could have", path);
		hint("--output names the directory that is to be made, such as \"bulletin\".");
		exit(EXIT_USAGE);
	}
	if (lstat(path, &found) != 0)
	{
		if (errno == ENOENT)
			return;
		die(EXIT_FILES, "could not look at %s: %s", path, strerror(errno));
	}
	if (!S_ISDIR(found.st_mode))
	{
		complain("%s is there already, and is no directory", path);
		hint("Give the bundle another name with --output.");
		exit(EXIT_FILES);
	}
	if (is_empty_directory(path))
		return;
	if (!file_is_there(path, MANIFEST_NAME) || !file_is_there(path, HEADING_NAME))
	{
		complain("%s is there already, and is no bundle: it is left alone", path);
		hint("Give the bundle another name with --output.");
		exit(EXIT_FILES);
	}
	if (!replace)
	{
		complain("%s is there already, and is a bundle", path);
		hint("--replace puts the new one in its place; \"credence verify %s\" looks at the old one.", path);
		exit(EXIT_FILES);
	}
}

/* Brings what a directory says of its files to the disk. */
static void
sync_directory(int directory)
{
	/* some file systems cannot, and need not */
	(void) fsync(directory);
}

bool
part_sum(const GrowingBundle *bundle, const char *name, unsigned char *hash, uint64_t *bytes)
{
	int			file = openat(bundle->directory, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	char	   *buffer;
	ssize_t		got;

	if (file < 0)
		return false;
	buffer = allocate(BUFFER_SIZE);
	*bytes = 0;
	sum_begin(bundle->sum);
	while ((got = read(file, buffer, BUFFER_SIZE)) != 0)
	{
		stop_if_interrupted();
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			break;
		sum_add(bundle->sum, buffer, (size_t) got);
		*bytes += (uint64_t) got;
	}
	sum_end(bundle->sum, hash);
	close(file);
	free(buffer);
	return got == 0;
}

static Part *
add_part(GrowingBundle *bundle, const char *name, const unsigned char *hash, uint64_t bytes)
{
	Part	   *part;

	bundle->parts = reallocate(bundle->parts, sizeof(Part) * (size_t) (bundle->count + 1));
	part = &bundle->parts[bundle->count++];
	part->name = copy_text(name);
	memcpy(part->hash, hash, HASH_SIZE);
	part->bytes = bytes;
	part->used = false;
	return part;
}

/* Is it one of the parts of the bundle? */
static bool
is_part(const GrowingBundle *bundle, const char *name)
{
	for (int i = 0; i < bundle->count; i++)
	{
		if (bundle->parts[i].used && strcmp(bundle->parts[i].name, name) == 0)
			return true;
	}
	return false;
}

/*
 * Removes what lies in the directory and is no part of the bundle: parts that
 * this export has no use for, and what an earlier one had only begun.
 */
static void
remove_strays(const GrowingBundle *bundle, int directory, const char *prefix, bool journal)
{
	int			again = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR		   *stream = again >= 0 ? fdopendir(again) : NULL;
	struct dirent *entry;

	if (stream == NULL)
		file_trouble(bundle, prefix, "read the directory");
	while ((entry = readdir(stream)) != NULL)
	{
		char	   *name = format_text("%s%s", prefix, entry->d_name);
		struct stat found;
		bool		used = (!journal && strcmp(name, JOURNAL_NAME) == 0) || strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 || is_part(bundle, name);

		if (!used && fstatat(directory, entry->d_name, &found, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(found.st_mode))
		{
			int			inner = openat(directory, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
			char	   *inner_prefix = format_text("%s/", name);

			if (inner >= 0)
			{
				remove_strays(bundle, inner, inner_prefix, journal);
				close(inner);
			}
			unlinkat(directory, entry->d_name, AT_REMOVEDIR);	/* if it is empty */
			free(inner_prefix);
		}
		else if (!used && unlinkat(directory, entry->d_name, 0) != 0)
			file_trouble(bundle, name, "remove");
		free(name);
	}
	closedir(stream);
}

/* Is there a part of that name already? */
static bool
has_part(const GrowingBundle *bundle, const char *name)
{
	for (int i = 0; i < bundle->count; i++)
	{
		if (strcmp(bundle->parts[i].name, name) == 0)
			return true;
	}
	return false;
}

/* Takes up what the journal vouches for. Returns whether it is of that state. */
static bool
read_journal(GrowingBundle *bundle, const char *state)
{
	int			file = openat(bundle->directory, JOURNAL_NAME, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	FILE	   *journal = file >= 0 ? fdopen(file, "r") : NULL;
	char		line[LIMIT_LINE];
	bool		same = false;

	if (journal == NULL)
		return false;
	if (fgets(line, sizeof(line), journal) != NULL)
	{
		line[strcspn(line, "\n")] = '\0';
		same = strcmp(line, state) == 0;
	}
	/* a line that was cut off by a crash has no end */
	while (same && fgets(line, sizeof(line), journal) != NULL && strchr(line, '\n') != NULL)
	{
		unsigned char noted[HASH_SIZE];
		unsigned char hash[HASH_SIZE];
		uint64_t	bytes;
		const char *name = line + 2 * HASH_SIZE + 2;

		line[strcspn(line, "\n")] = '\0';
		/* a part that was spoilt and written again is noted twice */
		if (strlen(line) > 2 * HASH_SIZE + 2 && hash_read(line, 2 * HASH_SIZE, noted) && path_problem(name, strlen(name)) == NULL
			&& !has_part(bundle, name) && part_sum(bundle, name, hash, &bytes) && memcmp(hash, noted, HASH_SIZE) == 0)
		{
			add_part(bundle, name, hash, bytes);
			bundle->kept++;
		}
	}
	fclose(journal);
	return same;
}

/* Opens and locks the directory that the path names now. */
static void
lock_directory(GrowingBundle *bundle)
{
	struct stat ours;
	struct stat named;

	for (int tries = 0; tries < 10; tries++)
	{
		if (mkdir(bundle->partial, 0777) != 0 && errno != EEXIST)
		{
			complain("could not make the directory %s: %s", bundle->partial, strerror(errno));
			if (errno == ENOENT)
				hint("The directory above it must be there.");
			exit(EXIT_FILES);
		}
		bundle->directory = open(bundle->partial, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (bundle->directory < 0)
		{
			if (errno == ENOENT)
				continue;
			file_trouble(bundle, "", "open");
		}
		if (flock(bundle->directory, LOCK_EX | LOCK_NB) != 0)
		{
			if (errno != EWOULDBLOCK)
				file_trouble(bundle, "", "lock");
			complain("another export is writing to %s", bundle->partial);
			hint("Wait for it, or give this bundle another name with --output.");
			exit(EXIT_FILES);
		}
		/* the other may have finished, and given the directory its name, between opening and locking */
		if (fstat(bundle->directory, &ours) == 0 && stat(bundle->partial, &named) == 0
			&& ours.st_dev == named.st_dev && ours.st_ino == named.st_ino)
			return;
		close(bundle->directory);
	}
	die(EXIT_FILES, "%s comes and goes", bundle->partial);
}

void
bundle_begin(GrowingBundle *bundle, const char *path, const char *state)
{
	memset(bundle, 0, sizeof(*bundle));
	bundle->path = copy_text(path);
	for (size_t length = strlen(bundle->path); length > 1 && bundle->path[length - 1] == '/'; length--)
		bundle->path[length - 1] = '\0';
	bundle->partial = format_text("%s.partial", bundle->path);
	bundle->sum = sum_create();
	lock_directory(bundle);
	if (!read_journal(bundle, state))
	{
		/* of another state or bulletin, or nothing; what is not ours is left alone */
		if (!is_empty_directory(bundle->partial) && !file_is_there(bundle->partial, JOURNAL_NAME) && !file_is_there(bundle->partial, MANIFEST_NAME))
		{
			complain("%s is there already, and no export has left it behind", bundle->partial);
			hint("Move it away, or give the bundle another name with --output.");
			exit(EXIT_FILES);
		}
		remove_strays(bundle, bundle->directory, "", true);
		bundle->journal = openat(bundle->directory, JOURNAL_NAME, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
		if (bundle->journal < 0 || write(bundle->journal, state, strlen(state)) != (ssize_t) strlen(state) || write(bundle->journal, "\n", 1) != 1)
			file_trouble(bundle, JOURNAL_NAME, "write");
		return;
	}
	bundle->journal = openat(bundle->directory, JOURNAL_NAME, O_WRONLY | O_APPEND | O_CLOEXEC);
	/* behind a line that was cut off */
	if (bundle->journal < 0 || write(bundle->journal, "\n", 1) != 1)
		file_trouble(bundle, JOURNAL_NAME, "write");
}

const Part *
bundle_find(GrowingBundle *bundle, const char *name)
{
	for (int i = 0; i < bundle->count; i++)
	{
		if (strcmp(bundle->parts[i].name, name) == 0)
		{
			bundle->parts[i].used = true;
			return &bundle->parts[i];
		}
	}
	return NULL;
}

void
note_part(GrowingBundle *bundle, const char *name, const unsigned char *hash, uint64_t bytes)
{
	char		digits[HASH_TEXT_SIZE];
	char	   *line;

	hash_text(hash, digits);
	line = format_text("%s  %s\n", digits, name);
	if (write(bundle->journal, line, strlen(line)) != (ssize_t) strlen(line))
		file_trouble(bundle, JOURNAL_NAME, "write");
	free(line);
	add_part(bundle, name, hash, bytes)->used = true;
}

void
part_drop(GrowingBundle *bundle, const char *name)
{
	for (int i = 0; i < bundle->count; i++)
	{
		if (strcmp(bundle->parts[i].name, name) == 0)
		{
			free(bundle->parts[i].name);
			bundle->parts[i] = bundle->parts[--bundle->count];
			bundle->kept--;
			return;
		}
	}
}

char *
bundle_file(const GrowingBundle *bundle, const char *name)
{
	return format_text("%s/%s", bundle->partial, name);
}

static int
compare_parts(const void *one, const void *other)
{
	return strcmp(((const Part *) one)->name, ((const Part *) other)->name);
}

/* Removes a bundle whose place was taken: what its manifest names, and then the directories if they are empty. */
static void
remove_old(GrowingBundle *bundle, const char *path)
{
	int			directory = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int			file = directory >= 0 ? openat(directory, MANIFEST_NAME, O_RDONLY | O_NOFOLLOW | O_CLOEXEC) : -1;
	FILE	   *manifest = file >= 0 ? fdopen(file, "r") : NULL;
	char		line[LIMIT_LINE];

	while (manifest != NULL && fgets(line, sizeof(line), manifest) != NULL)
	{
		char	   *name = line + 2 * HASH_SIZE + 2;
		char	   *slash;

		line[strcspn(line, "\n")] = '\0';
		if (strlen(line) <= 2 * HASH_SIZE + 2 || path_problem(name, strlen(name)) != NULL)
			continue;
		unlinkat(directory, name, 0);
		slash = strrchr(name, '/');
		if (slash != NULL)
		{
			*slash = '\0';
			unlinkat(directory, name, AT_REMOVEDIR);
		}
	}
	if (manifest != NULL)
	{
		fclose(manifest);
		unlinkat(directory, MANIFEST_NAME, 0);
	}
	if (directory >= 0)
		close(directory);
	if (rmdir(path) != 0)
	{
		complain("warning: what was put aside of the old bundle is in %s: %s", path, strerror(errno));
		hint("It has files that no export wrote; look at them and remove them.");
	}
}

/* Brings the directory above a path to the disk. */
static void
sync_above(const char *path)
{
	char	   *above = copy_text(path);
	char	   *slash = strrchr(above, '/');
	int			directory;

	if (slash == above)
		slash[1] = '\0';
	else if (slash != NULL)
		*slash = '\0';
	directory = open(slash != NULL ? above : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (directory >= 0)
	{
		sync_directory(directory);
		close(directory);
	}
	free(above);
}

void
bundle_finish(GrowingBundle *bundle)
{
	PartWriter	writer;
	struct stat found;
	int			noted;
	int			site;

	remove_strays(bundle, bundle->directory, "", false);
	qsort(bundle->parts, (size_t) bundle->count, sizeof(Part), compare_parts);
	noted = bundle->count;
	part_begin(&writer, bundle, MANIFEST_NAME);
	for (int i = 0; i < noted; i++)
	{
		char		digits[HASH_TEXT_SIZE];

		if (!bundle->parts[i].used)
			continue;
		hash_text(bundle->parts[i].hash, digits);
		part_printf(&writer, "%s  %s\n", digits, bundle->parts[i].name);
	}
	part_end(&writer);

	/* from here on it is whole, and only its name is missing */
	unlinkat(bundle->directory, JOURNAL_NAME, 0);
	close(bundle->journal);
	site = openat(bundle->directory, "site", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (site >= 0)
	{
		sync_directory(site);
		close(site);
	}
	sync_directory(bundle->directory);
	if (lstat(bundle->path, &found) == 0 && !is_empty_directory(bundle->path))
	{
		char	   *aside = format_text("%s.replaced", bundle->path);

		if (renameat2(AT_FDCWD, bundle->partial, AT_FDCWD, bundle->path, RENAME_EXCHANGE) == 0)
			remove_old(bundle, bundle->partial);
		else if (rename(bundle->path, aside) == 0 && rename(bundle->partial, bundle->path) == 0)
			remove_old(bundle, aside);	/* file systems that cannot exchange */
		else
		{
			complain("could not put the bundle in the place of %s: %s", bundle->path, strerror(errno));
			hint("It is whole, in %s.", bundle->partial);
			exit(EXIT_FILES);
		}
		free(aside);
	}
	else if (rename(bundle->partial, bundle->path) != 0)
	{
		complain("could not name the bundle %s: %s", bundle->path, strerror(errno));
		hint("It is whole, in %s.", bundle->partial);
		exit(EXIT_FILES);
	}
	sync_above(bundle->path);
	close(bundle->directory);
	sum_free(bundle->sum);
}
