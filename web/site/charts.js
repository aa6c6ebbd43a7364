'use strict';

/*
 * Drawings as inline SVG: stacked bars, the strip of quarters, lines over bulletins. Places across are in percent and sizes in
 * pixels, so that a drawing is as wide as its room and its writing always the same. Each has its content as a text.
 */
const Charts = (() => {
	const { svg, element } = Dom;
	const BAR = { height: 26, letter: 2.6, margin: 1.6, wide: 3 };	// a digit and the room around in percent of the narrowest screen; wide ones have so much more
	const STUB = 12;							// percent of a bar for what has no stated size
	const PLOT = { left: 9, leftOfLevels: 17, right: 94, top: 30, bottom: 150, height: 196, label: 11, below: 21 };
	const MOST_VALUES = 6;
	const SHAPES = ['M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0z', 'M-4-4h8v8h-8z', 'M0-5.5L5 4H-5z', 'M0-6L5.5 0L0 6L-5.5 0z'];

	function percent(number) {
		return `${Math.round(number * 1000) / 1000}%`;
	}

	/* A drawing with its title and, where there is more to say, its description. */
	function drawing(attributes, title, description, ...content) {
		const titleId = Dom.id('title');
		const descriptionId = Dom.id('description');

		return svg('svg', { role: 'img', 'aria-labelledby': description ? `${titleId} ${descriptionId}` : titleId, width: '100%', ...attributes },
			svg('title', { id: titleId }, title), description && svg('desc', { id: descriptionId }, description), content);
	}

	/* Slanted lines for what is withheld: a pattern and the paint that it makes. */
	function hatching() {
		const id = Dom.id('hatching');

		return { paint: `url(#${id})`, pattern: svg('defs', null, svg('pattern', { id, width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
			svg('rect', { class: 'hatching-ground', width: 6, height: 6 }), svg('path', { class: 'hatching-line', d: 'M0 0v6' }))) };
	}

	/*
	 * A bar of parts {label, text, size, step} one after another. withheld: null, or {size} of what is withheld, size null where
	 * it is not known. whole: what the full width stands for, null for the sum.
	 */
	function bar({ name, parts, withheld = null, whole = null, slim = false }) {
		const height = slim ? 10 : BAR.height;
		const unknown = withheld !== null && withheld.size === null;
		const sum = parts.reduce((total, part) => total + part.size, withheld?.size ?? 0);
		const scale = (100 - (unknown ? STUB : 0)) / (whole || sum || 1);
		const hatch = withheld !== null ? hatching() : null;
		const said = parts.filter((part) => part.size > 0).map((part) => Language.text('chart.part', { label: part.label, count: part.text }));
		const drawn = [];
		let x = 0;

		for (const part of parts) {
			const width = part.size * scale;

			if (width <= 0)
				continue;
			drawn.push(svg('rect', { class: `part step-${part.step ?? 'none'}`, x: percent(x), y: 0, width: percent(width), height },
				svg('title', null, Language.text('chart.part', { label: part.label, count: part.text }))));

			const room = (part.text.length * BAR.letter + BAR.margin) / width;

			if (!slim && room <= BAR.wide)
				drawn.push(svg('text', { class: `inside on-step-${part.step ?? 'none'}${room > 1 ? ' tight' : ''}`, x: percent(x + width / 2), y: height / 2, 'aria-hidden': 'true' }, part.text));
			x += width;
		}
		if (withheld !== null) {
			const text = unknown ? Language.text('chart.withheld.size') : Language.text('chart.withheld', { count: withheld.text });

			said.push(text);
			drawn.push(hatch.pattern, svg('rect', { class: 'part', fill: hatch.paint, x: percent(x), y: 0, width: percent(unknown ? STUB : withheld.size * scale), height }, svg('title', null, text)));
		}
		return drawing({ class: slim ? 'bar slim' : 'bar', height },
			Language.text('chart.bar', { name, parts: said.length ? Language.list(said) : Language.text('chart.none') }), null, drawn);
	}

	/* The strip of quarters with the mark of an entry at a share from 0 to 1. */
	function strip(share, title) {
		const quarters = [0, 1, 2, 3].map((quarter) => svg('rect', { class: `quarter quarter-${quarter + 1}`, x: percent(quarter * 25), y: 5, width: '25%', height: 8 }));

		return drawing({ class: 'strip', height: 18 }, title, null, quarters,
			svg('svg', { x: percent(2 + share * 96), y: 9, class: 'mark' }, svg('circle', { r: 6 })));
	}

	/* A mark of a series, as in the legend and on the lines. */
	function mark(place, attributes, kind) {
		return svg('svg', { class: 'mark', ...attributes }, svg('path', { class: kind, d: SHAPES[place % SHAPES.length] }));
	}

	/* The legend of several series, each with its mark. */
	function legend(names) {
		return element('ul', { class: 'legend' }, names.map((name, place) => element('li', null,
			svg('svg', { class: 'swatch', width: 16, height: 16, 'aria-hidden': 'true' }, mark(place, { x: 8, y: 8 }, `series-${place}`)), Dom.foreign(name))));
	}

	/* What the height of a chart stands for at least, as a share of its figures: a small change must not look like a large one. */
	const LEAST_SPAN = 0.1;

	/* Which of the labels along the axis there is room for: the last one and others at equal distances from it. */
	function fitting(labels) {
		const most = labels.some((label) => label.length > 7) ? 3 : 5;
		const every = Math.ceil(labels.length / most);

		return (place) => (labels.length - 1 - place) % every === 0;
	}

	/* Is a point below those next to it? Its figure is written under it then, out of the way of the lines. */
	function isLow(points, place) {
		const beside = [points[place - 1], points[place + 1]].filter((point) => point);

		return beside.length > 0 && beside.every((point) => point.value > points[place].value);
	}

	/*
	 * Lines over bulletins. labels: what stands under each; series: {name, points} with a point {value, text, step} or null
	 * for each bulletin; levels: {value, text} of the lines across.
	 */
	function lines({ title, labels, series, levels }) {
		const values = [...series.flatMap((each) => each.points).filter((point) => point !== null).map((point) => point.value), ...levels.map((level) => level.value)];
		const middle = (Math.min(...values) + Math.max(...values)) / 2;
		const reach = Math.max((Math.max(...values) - Math.min(...values)) / 2, levels.length > 0 ? 0 : Math.abs(middle) * LEAST_SPAN / 2);
		const low = middle - reach;
		const high = middle + reach;
		const fits = fitting(labels);
		const left = levels.length > 0 ? PLOT.leftOfLevels : PLOT.left;
		const across = (place) => percent(labels.length === 1 ? (left + PLOT.right) / 2 : left + place * (PLOT.right - left) / (labels.length - 1));
		const up = (value) => high === low ? (PLOT.top + PLOT.bottom) / 2 : PLOT.bottom - (value - low) / (high - low) * (PLOT.bottom - PLOT.top);
		const single = series.length === 1;
		const drawn = [];

		for (const level of levels) {
			drawn.push(svg('line', { class: 'level', x1: '0%', x2: '100%', y1: up(level.value), y2: up(level.value) }));
			drawn.push(svg('text', { class: 'level-text', x: '0%', y: up(level.value) - 5 }, level.text));
		}
		labels.forEach((label, place) => {
			drawn.push(svg('line', { class: 'tick', x1: across(place), x2: across(place), y1: PLOT.bottom + 8, y2: PLOT.bottom + 13 }));
			if (fits(place))
				drawn.push(svg('text', { class: 'axis-text', x: across(place), y: PLOT.height - 4 }, label));
		});
		series.forEach((each, number) => {
			let last = null;

			each.points.forEach((point, place) => {
				if (point === null)
					return;
				if (last !== null)
					drawn.push(svg('line', { class: `line series-${number}`, x1: across(last), x2: across(place), y1: up(each.points[last].value), y2: up(point.value) }));
				last = place;
			});
		});
		series.forEach((each, number) => {
			const few = single && levels.length === 0 && each.points.filter((point) => point !== null).length <= MOST_VALUES;

			each.points.forEach((point, place) => {
				if (point === null)
					return;
				drawn.push(mark(number, { x: across(place), y: up(point.value) }, single && point.step !== null ? `dot step-${point.step}` : `dot series-${number}`));
				if (few)
					drawn.push(svg('text', { class: 'point-text', x: across(place), y: up(point.value) + (isLow(each.points, place) ? PLOT.below : -PLOT.label) }, point.text));
			});
		});

		const said = series.map((each) => {
			const points = Language.list(each.points.map((point, place) => point && `${labels[place]} ${point.text}`).filter((text) => text !== null));

			return single ? points : Language.text('chart.bar', { name: each.name, parts: points });
		});

		return drawing({ class: 'lines', height: PLOT.height }, title, Language.text('chart.points', { points: said.join('; ') }), drawn);
	}

	return { bar, strip, legend, lines };
})();
