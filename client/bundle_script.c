/*
 * client/bundle_script.c
 *
 * JSON within a script; see bundle_script.h.
 */
#include <stdlib.h>
#include <string.h>

#include "client/bundle_script.h"

/* JSON that may stand in a script: nothing ends the script or a line of it. */
void
script_json(Bytes *to, const char *text, size_t length)
{
	Bytes		plain = {NULL};

	if (text == NULL)
	{
		bytes_puts(to, "null");
		return;
	}
	bytes_json(&plain, text, length);
	for (size_t i = 0; i < plain.length; i++)
	{
		const char *c = plain.bytes + i;

		if (*c == '<')
			bytes_puts(to, "\\u003c");
		else if (i + 2 < plain.length && c[0] == '\xe2' && c[1] == '\x80' && (c[2] == '\xa8' || c[2] == '\xa9'))
		{
			bytes_puts(to, c[2] == '\xa8' ? "\\u2028" : "\\u2029");
			i += 2;
		}
		else
			bytes_add(to, c, 1);
	}
	free(plain.bytes);
}

/* The same of a text that ends. */
void
script_text(Bytes *to, const char *text)
{
	script_json(to, text, text != NULL ? strlen(text) : 0);
}

/* Digits without zeros at the end: the figure as it was published. */
void
script_figure(Bytes *to, RecordField field)
{
	if (field.text == NULL)
	{
		bytes_puts(to, "null");
		return;
	}
	if (memchr(field.text, '.', field.length) != NULL)
	{
		while (field.text[field.length - 1] == '0')
			field.length--;
		if (field.text[field.length - 1] == '.')
			field.length--;
	}
	script_json(to, field.text, field.length);
}

/* Text or number without quotes. */
void
script_number(Bytes *to, RecordField field)
{
	if (field.text == NULL)
		bytes_puts(to, "null");
	else
		bytes_add(to, field.text, field.length);
}
