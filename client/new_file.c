/*
 * client/new_file.c
 *
 * Files that appear whole; see new_file.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/new_file.h"
#include "client/output.h"

/* Name of the file that is being written; NULL: none. */
static char *unfinished;

/* Removes what the program leaves behind. */
static void
remove_unfinished(void)
{
	if (unfinished != NULL)
		unlink(unfinished);
}

bool
new_file_begin(NewFile *file, const char *path, mode_t mode)
{
	static bool registered;
	struct stat status;
	int			descriptor;

	memset(file, 0, sizeof(*file));
	file->path = path;
	if (stat(path, &status) == 0)
	{
		if (S_ISDIR(status.st_mode))
		{
			errno = EISDIR;
			return false;
		}
		if (!S_ISREG(status.st_mode))
		{
			file->out = fopen(path, "we");
			return file->out != NULL;
		}
	}
	file->partial = format_text("%s.partial", path);
	/* one that is there already may be open to others, whatever the mode asked for */
	unlink(file->partial);
	descriptor = open(file->partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (descriptor < 0 || (file->out = fdopen(descriptor, "w")) == NULL)
	{
		int			problem = errno;

		if (descriptor >= 0)
			close(descriptor);
		free(file->partial);
		errno = problem;
		return false;
	}
	unfinished = file->partial;
	if (!registered)
		atexit(remove_unfinished);
	registered = true;
	return true;
}

bool
new_file_finish(NewFile *file)
{
	bool		whole = !ferror(file->out) && fflush(file->out) == 0;
	int			problem = errno;

	if (whole && file->partial != NULL && fsync(fileno(file->out)) != 0)
	{
		whole = false;
		problem = errno;
	}
	if (fclose(file->out) != 0 && whole)
	{
		whole = false;
		problem = errno;
	}
	if (file->partial != NULL)
	{
		if (whole && rename(file->partial, file->path) != 0)
		{
			whole = false;
			problem = errno;
		}
		if (!whole)
			unlink(file->partial);
		unfinished = NULL;
		free(file->partial);
		file->partial = NULL;
	}
	errno = problem;
	return whole;
}
