'use strict';

/*
 * Figures, dates and periods. A published figure is a text of digits and is shown as it is; numbers are made of it only to
 * compare it and to draw.
 */
const Figures = (() => {
	const FIGURE = /^-?\d+(\.\d+)?$/;
	const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
	const collators = new Map();
	const counters = new Map();

	function isFigure(value) {
		return typeof value === 'string' && FIGURE.test(value) || typeof value === 'number' && Number.isFinite(value);
	}

	/* The digits of a figure without its sign: whole ones without zeros before them, broken ones without zeros after. */
	function digits(figure) {
		const [whole, broken = ''] = figure.replace('-', '').split('.');

		return [whole.replace(/^0+/, ''), broken.replace(/0+$/, '')];
	}

	/* Below zero, zero or above: exactly, also where two figures are the same as floating-point numbers. */
	function compare(a, b) {
		const difference = Number(a) - Number(b);

		if (difference !== 0 || a === b)
			return difference;

		const [wholeA, brokenA] = digits(String(a));
		const [wholeB, brokenB] = digits(String(b));
		const sign = Number(a) < 0 ? -1 : 1;

		if (wholeA.length !== wholeB.length)
			return sign * (wholeA.length - wholeB.length);
		if (wholeA !== wholeB)
			return wholeA < wholeB ? -sign : sign;
		return brokenA === brokenB ? 0 : brokenA < brokenB ? -sign : sign;
	}

	/* Below zero, zero or above: texts in the order of the language, numbers within them by size. */
	function compareTexts(a, b) {
		const tag = Language.tag();

		if (!collators.has(tag))
			collators.set(tag, new Intl.Collator(tag, { numeric: true }));
		return collators.get(tag).compare(a, b);
	}

	/* A number that was counted here, with separators. */
	function count(number) {
		const tag = Language.tag();

		if (!counters.has(tag))
			counters.set(tag, new Intl.NumberFormat(tag));
		return counters.get(tag).format(number);
	}

	/* A day in words; what is no day as it is. */
	function day(text) {
		const parts = DATE.exec(text ?? '');

		if (!parts)
			return text ?? '';
		if (Language.current() === 'zh')
			return `${Number(parts[1])}年${Number(parts[2])}月${Number(parts[3])}日`;
		return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' })
			.format(new Date(Date.UTC(parts[1], parts[2] - 1, parts[3])));
	}

	/* A period of the registry in words: 2025, 2025H1, 2025Q3, 2025-07, a day; another one as it is. */
	function period(text) {
		const [, year, part, number] = /^(\d{4})(?:(H|Q|-)(\d{1,2}))?$/.exec(text ?? '') ?? [];

		if (year === undefined)
			return day(text);
		switch (part) {
			case 'H':
				return Language.text(number === '1' ? 'period.first-half' : 'period.second-half', { year });
			case 'Q':
				return Language.text('period.quarter', { year, number });
			case '-':
				return Language.current() === 'zh' ? `${year}年${Number(number)}月`
					: new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(new Date(Date.UTC(year, number - 1, 1)));
			default:
				return Language.text('period.year', { year });
		}
	}

	/* What day it is now in a time zone, as 2025-12-31. */
	function today(zone) {
		const parts = { year: 'numeric', month: '2-digit', day: '2-digit' };

		try {
			return new Intl.DateTimeFormat('sv-SE', { ...parts, timeZone: zone }).format(new Date());
		} catch {
			return new Intl.DateTimeFormat('sv-SE', { ...parts, timeZone: 'Asia/Shanghai' }).format(new Date());
		}
	}

	return { isFigure, compare, compareTexts, count, day, period, today };
})();
