/*
 * test/fuzz/fuzz_condition.c
 *
 * Any bytes as a condition: refused with a message, or printed and read back the same.
 */
#include "scoring/condition.h"
#include "test/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Text		text = {(const char *) data, (uint32_t) size};
	Problem		problem;
	ConditionDraft condition;
	ConditionDraft again;
	TextBuffer	printed;
	TextBuffer	reprinted;

	if (!condition_parse(text, &fuzz_arena, &condition, &problem))
		return fuzz_refused(&problem);

	buffer_init(&printed, &fuzz_arena);
	condition_print(&condition, &printed);
	FUZZ_CHECK(condition_parse(buffer_text(&printed), &fuzz_arena, &again, &problem));
	buffer_init(&reprinted, &fuzz_arena);
	condition_print(&again, &reprinted);
	FUZZ_CHECK(text_equal(buffer_text(&printed), buffer_text(&reprinted)));
	FUZZ_CHECK(condition.count == again.count);
	for (uint32_t i = 0; i < condition.count; i++)
	{
		const TermDraft *one = &condition.term[i];
		const TermDraft *other = &again.term[i];

		FUZZ_CHECK(one->operand == other->operand && one->comparison == other->comparison);
		FUZZ_CHECK(one->is_text == other->is_text);
		FUZZ_CHECK(text_equal(one->name, other->name));
		FUZZ_CHECK(one->is_text ? text_equal(one->text, other->text) : one->number == other->number);
	}
	return fuzz_done();
}
