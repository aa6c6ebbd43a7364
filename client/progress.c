/*
 * client/progress.c
 *
 * A bar or lines; see progress.h.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "client/progress.h"

#define BAR_INTERVAL 0.1		/* seconds */
#define LINE_INTERVAL 5.0
#define BAR_WIDTH 30			/* columns of a wide terminal */

/* Is there a bar on the line? */
static bool bar_shown;

/* Seconds of a clock that never goes back. */
static double
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double) time.tv_sec + (double) time.tv_nsec / 1e9;
}

/* Columns of the terminal. */
static int
terminal_width(void)
{
	struct winsize size;

	return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

/* Writes how much that is into the buffer. */
static const char *
amount(const Progress *progress, uint64_t count, char buffer[40])
{
	if (progress->unit != NULL)
		snprintf(buffer, 40, "%" PRIu64, count);
	else if (count < 10 * 1024)
		snprintf(buffer, 40, "%" PRIu64 " bytes", count);
	else if (count < 10 * 1024 * 1024)
		snprintf(buffer, 40, "%" PRIu64 " kB", count / 1024);
	else
		snprintf(buffer, 40, "%" PRIu64 " MB", count / 1024 / 1024);
	return buffer;
}

/* Shows how far it is. */
static void
show(Progress *progress, double time)
{
	char		text[240];
	char		done[40];
	char		total[40];
	const char *unit = progress->unit != NULL ? progress->unit : "";
	const char *blank = progress->unit != NULL ? " " : "";
	int			seconds = (int) (time - progress->begun);

	amount(progress, progress->done, done);
	if (progress->total > 0)
	{
		uint64_t	part = progress->done < progress->total ? progress->done : progress->total;

		snprintf(text, sizeof(text), "%s: %d%% (%s of %s%s%s), %d s", progress->what,
				 (int) (100.0 * (double) part / (double) progress->total), done, amount(progress, progress->total, total), blank, unit, seconds);
	}
	else if (progress->done > 0)
		snprintf(text, sizeof(text), "%s: %s%s%s, %d s", progress->what, done, blank, unit, seconds);
	else
		snprintf(text, sizeof(text), "%s: %d s", progress->what, seconds);

	progress->shown = time;
	if (progress->bar)
	{
		int			columns = terminal_width() - 1;

		fputs("\r\033[K", stderr);
		if (progress->total > 0 && columns >= (int) strlen(text) + BAR_WIDTH + 3)
		{
			double		part = (double) progress->done / (double) progress->total;
			int			filled = part < 1.0 ? (int) (part * BAR_WIDTH) : BAR_WIDTH;

			fputc('[', stderr);
			for (int i = 0; i < BAR_WIDTH; i++)
				fputc(i < filled ? '#' : '.', stderr);
			fputs("] ", stderr);
		}
		fprintf(stderr, "%.*s", columns > 0 ? columns : 0, text);
		bar_shown = true;
	}
	else
		fprintf(stderr, "%s\n", text);
	fflush(stderr);
}

void
progress_begin(Progress *progress, bool quiet, const char *what, const char *unit, uint64_t total)
{
	progress->what = what;
	progress->unit = unit;
	progress->total = total;
	progress->done = 0;
	progress->silent = quiet;
	progress->bar = isatty(STDERR_FILENO) && terminal_width() > 20;
	progress->begun = now();
	progress->shown = progress->begun;
}

void
progress_update(Progress *progress, uint64_t done)
{
	double		time;

	progress->done = done;
	if (progress->silent)
		return;
	time = now();
	if (time - progress->shown >= (progress->bar ? BAR_INTERVAL : LINE_INTERVAL))
		show(progress, time);
}

void
progress_end(Progress *progress)
{
	if (progress->silent)
		return;
	if (progress->bar)
		progress_clear();
	else
	{
		char		done[40];
		int			seconds = (int) (now() - progress->begun);

		if (progress->done > 0)
			fprintf(stderr, "%s: %s%s%s in %d s\n", progress->what, amount(progress, progress->done, done),
					progress->unit != NULL ? " " : "", progress->unit != NULL ? progress->unit : "", seconds);
		else
			fprintf(stderr, "%s: done in %d s\n", progress->what, seconds);
	}
	progress->silent = true;
}

void
progress_clear(void)
{
	if (bar_shown)
		fputs("\r\033[K", stderr);
	bar_shown = false;
}
