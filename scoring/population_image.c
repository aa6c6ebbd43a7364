/*
 * scoring/population_image.c
 *
 * From a population to the flat image of its norms, and the figures in it.
 */
#include <math.h>
#include <string.h>

#include "scoring/limits.h"
#include "scoring/population.h"

/* Writes an image, or only measures it where there are no bytes. */
typedef struct Writer
{
	char	   *bytes;
	size_t		used;
} Writer;

/* Sets aside room for a piece at a multiple of eight bytes, zeros before it. */
static uint32_t
reserve(Writer *writer, size_t size)
{
	size_t		at = (writer->used + 7) & ~(size_t) 7;

	if (writer->bytes != NULL)
		memset(writer->bytes + writer->used, 0, at - writer->used);
	writer->used = at + size;
	return (uint32_t) at;
}

/* Writes a piece and returns its offset. */
static uint32_t
write_piece(Writer *writer, const void *bytes, size_t size)
{
	uint32_t	at = reserve(writer, size);

	if (writer->bytes != NULL && size > 0)
		memcpy(writer->bytes + at, bytes, size);
	return at;
}

/* Writes a terminated text. */
static CardText
write_text(Writer *writer, Text text)
{
	CardText	result = {reserve(writer, (size_t) text.length + 1), text.length};

	if (writer->bytes != NULL)
	{
		memcpy(writer->bytes + result.at, text.bytes, text.length);
		writer->bytes[result.at + text.length] = '\0';
	}
	return result;
}

/* Writes an exact number. */
static uint32_t
write_number(Writer *writer, const ExactNumber *number)
{
	NormsSum	head = {number->exponent, number->negative ? -number->limbs : number->limbs};
	uint32_t	at = reserve(writer, sizeof(NormsSum) + number->limbs * sizeof(uint32_t));

	if (writer->bytes != NULL)
	{
		memcpy(writer->bytes + at, &head, sizeof(head));
		memcpy(writer->bytes + at + sizeof(head), number->limb, number->limbs * sizeof(uint32_t));
	}
	return at;
}

/* Returns the value at a rank, counted from 0, among sorted values. */
static double
value_of_rank(const double *value, const int64_t *upto, uint32_t values, int64_t rank)
{
	uint32_t	low = 0;
	uint32_t	high = values - 1;

	while (low < high)
	{
		uint32_t	middle = low + (high - low) / 2;

		if (upto[middle] > rank)
			high = middle;
		else
			low = middle + 1;
	}
	return value[low];
}

/* Returns the middle value, or halfway between the two middle ones. */
static double
median_of(const double *value, const int64_t *upto, uint32_t values)
{
	int64_t		count = upto[values - 1];
	double		middle = value_of_rank(value, upto, values, count / 2);

	if (count % 2 == 1)
		return middle;
	return value_of_rank(value, upto, values, count / 2 - 1) / 2 + middle / 2;
}

/*
 * Returns the median of the distances from the median. From it outwards, the
 * distances ascend on either side, so that going out step by step meets them in
 * order.
 */
static double
median_deviation_of(const double *value, const int64_t *upto, uint32_t values,
					double median)
{
	int64_t		half = upto[values - 1] / 2;
	bool		odd = upto[values - 1] % 2 == 1;
	int64_t		met = 0;
	double		before = 0;		/* the distance of rank half - 1 */
	double		distance = 0;
	uint32_t	right = 0;
	uint32_t	left;			/* one beyond, so that 0 is the end */

	while (right < values && value[right] < median)
		right++;
	left = right;
	while (met <= half)
	{
		bool		at_left = right == values ||
			(left > 0 && median - value[left - 1] <= value[right] - median);
		uint32_t	next = at_left ? --left : right++;

		distance = fabs(value[next] - median);
		if (met < half)
			before = distance;
		met += upto[next] - (next > 0 ? upto[next - 1] : 0);
	}
	return odd ? distance : before / 2 + distance / 2;
}

/* Fills the figures that follow from values. */
static void
figures_of_values(NormsItem *item, const double *value, const int64_t *upto)
{
	item->minimum = value[0];
	item->maximum = value[item->values - 1];
	item->median = median_of(value, upto, item->values);
	if (item->method == STANDARDISE_ROBUST_Z)
		item->median_deviation = median_deviation_of(value, upto, item->values, item->median);
}

/* Writes the values of a tally, and how many are not above each. */
static void
write_values(Writer *writer, NormsItem *item, const Multiset *set)
{
	int64_t    *upto;
	int64_t		total = 0;

	item->values = (uint32_t) set->distinct;
	item->value_at = write_piece(writer, set->key, set->distinct * sizeof(double));
	item->upto_at = reserve(writer, set->distinct * sizeof(int64_t));
	if (writer->bytes == NULL || set->distinct == 0)
		return;
	upto = (int64_t *) (writer->bytes + item->upto_at);
	for (int64_t i = 0; i < set->distinct; i++)
		upto[i] = total += set->count[i];
	figures_of_values(item, set->key, upto);
}

/* Writes what a tally holds, with its figures. */
static void
write_tally(Writer *writer, const Tally *tally, NormsItem *item)
{
	const Standardise method = (Standardise) tally->method;
	const double count = (double) tally->count;
	ExactNumber sum;
	ExactNumber squares;

	memset(item, 0, sizeof(*item));
	item->count = tally->count;
	item->method = tally->method;
	item->name = write_text(writer, tally->name);
	if (method_needs_sum(method))
	{
		exactsum_number(&tally->sum, &sum);
		item->sum_at = write_number(writer, &sum);
		if (tally->count > 0)
			item->mean = exactnumber_value(&sum) / count;
	}
	if (method_needs_squares(method))
	{
		exactsum_number(&tally->squares, &squares);
		item->squares_at = write_number(writer, &squares);
		if (tally->count > 1)
			item->deviation = sqrt(exactnumber_spread(tally->count, &sum, &squares) /
								   (count * (count - 1)));
	}
	if (method_needs_range(method) && tally->count > 0)
	{
		item->minimum = tally->minimum;
		item->maximum = tally->maximum;
	}
	if (method_needs_values(method))
		write_values(writer, item, &tally->values);
}

/* Writes an exact number of other norms. */
static uint32_t
copy_number(Writer *writer, const Norms *from, uint32_t at)
{
	const NormsSum *sum = norms_at(from, at);
	int			limbs = sum->limbs < 0 ? -sum->limbs : sum->limbs;

	return at == 0 ? 0 : write_piece(writer, sum, sizeof(NormsSum) + limbs * sizeof(uint32_t));
}

/* Writes an item of other norms, in the same order as write_tally does. */
static void
copy_item(Writer *writer, const Norms *from, const NormsItem *from_item, NormsItem *item)
{
	*item = *from_item;
	item->name = write_text(writer, norms_text(from, from_item->name));
	item->sum_at = copy_number(writer, from, from_item->sum_at);
	item->squares_at = copy_number(writer, from, from_item->squares_at);
	if (method_needs_values((Standardise) item->method))
	{
		item->value_at = write_piece(writer, norms_values(from, from_item),
									 item->values * sizeof(double));
		item->upto_at = write_piece(writer, norms_upto(from, from_item),
									item->values * sizeof(int64_t));
	}
}

/*
 * Returns a digest of bytes, by which large norms are told apart at once: a
 * multiplication by an odd number and a shift for every eight bytes.
 */
static uint64_t
digest_of(const char *bytes, size_t size)
{
	uint64_t	digest = size;

	for (size_t i = 0; i < size; i += sizeof(uint64_t))
	{
		uint64_t	word = 0;

		memcpy(&word, bytes + i, size - i < sizeof(word) ? size - i : sizeof(word));
		digest = (digest ^ word) * UINT64_C(0x9E3779B97F4A7C15);
		digest ^= digest >> 32;
	}
	return digest;
}

/* Writes the image, or measures it. The multisets are settled. */
static void
write_norms(const Population *population, Writer *writer)
{
	const Norms *base = population->base;
	uint32_t	base_items = base == NULL ? 0 : base->indicator_items;
	size_t		head_size = sizeof(Norms) +
		(base_items + population->tallies) * sizeof(NormsItem);
	Norms		head;
	NormsItem	item;
	NormsItem  *to = &item;

	memset(&head, 0, sizeof(head));
	head.version = NORMS_VERSION;
	head.has_groups = base != NULL;
	head.indicator_fingerprint = population->indicator_fingerprint;
	head.group_fingerprint = population->group_fingerprint;
	head.rows = base != NULL ? base->rows : population->rows;
	head.group_rows = base != NULL ? population->rows : 0;
	head.indicator_items = base != NULL ? base_items : population->tallies;
	head.group_items = base != NULL ? population->tallies : 0;

	reserve(writer, head_size);
	head.card_name = write_text(writer, population->card_name);
	for (uint32_t i = 0; i < base_items; i++)
	{
		if (writer->bytes != NULL)
			to = &((Norms *) writer->bytes)->item[i];
		copy_item(writer, base, &base->item[i], to);
	}
	for (uint32_t i = 0; i < population->tallies; i++)
	{
		if (writer->bytes != NULL)
			to = &((Norms *) writer->bytes)->item[base_items + i];
		write_tally(writer, &population->tally[i], to);
	}
	head.size = (uint32_t) writer->used;
	if (writer->bytes == NULL)
		return;
	head.digest = digest_of(writer->bytes + sizeof(head), writer->used - sizeof(head));
	memcpy(writer->bytes, &head, sizeof(head));
}

/* Returns the bytes of the norms of a population. */
bool
population_size(Population *population, const Arena *arena, uint32_t *size, Problem *problem)
{
	Writer		writer = {NULL, 0};

	for (uint32_t i = 0; i < population->tallies; i++)
		multiset_settle(&population->tally[i].values, arena);
	if (!population_check_limit(population, problem))
		return false;
	write_norms(population, &writer);
	*size = (uint32_t) writer.used;
	return true;
}

/* Writes the norms, as many bytes as that; the length word is 0. */
void
population_write(const Population *population, Norms *norms)
{
	Writer		writer = {(char *) norms, 0};

	write_norms(population, &writer);
}

/* Makes the norms of a population. */
bool
population_norms(Population *population, const Arena *arena, Norms **norms,
				 Problem *problem)
{
	uint32_t	size;

	if (!population_size(population, arena, &size, problem))
		return false;
	*norms = arena_allocate(arena, size);
	population_write(population, *norms);
	return true;
}
