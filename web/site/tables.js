'use strict';

/*
 * The tables of the bulletin with their bars, and how the lists went from bulletin to bulletin.
 */
const Tables = (() => {
	const { element } = Dom;
	const MOST_COLUMNS = 12;				// more parts than this are no picture
	const MOST_ROWS = 60;
	const MOST_DEPTH = 4;

	/* The reasons of a table's withheld cells, each with the mark that stands for it. */
	function marksOf(table) {
		const reasons = new Set();

		for (const row of table.rows)
			for (const column of table.columns) {
				const cell = table.cell(row, column);

				if (cell !== null && cell.figure === null)
					reasons.add(cell.reason ?? 'hidden');
				if (cell !== null && cell.percentReason !== null)
					reasons.add(cell.percentReason);
			}
		return new Map([...reasons].map((reason, place) => [reason, Language.text('tables.mark', { number: reasons.size > 1 ? place + 1 : '' })]));
	}

	function name(item) {
		return item.total && !item.en && !item.zh ? Language.text('tables.total') : Language.pick(item).text;
	}

	/* The colour of a column: that of a grade where it is one. */
	function stepOf(column, place, columns) {
		const grades = columns.every((each) => Data.gradeStep(each.code) !== null);

		return grades ? Data.gradeStep(column.code) : Data.step(place, columns.length);
	}

	/* The columns that bars are made of: all but the total, which is all that there is in a table of rows alone. */
	function partsOf(table) {
		const columns = table.columns.filter((column) => !column.total);

		return columns.length > 0 ? columns : table.columns;
	}

	/* The published total of a row; null where there is none. */
	function totalOf(table, row) {
		const column = table.columns.find((each) => each.total);
		const figure = column && table.cell(row, column)?.figure;

		return figure ? Number(figure) : null;
	}

	/* Does a table count? Then what is withheld has a size as soon as its total is published. */
	function counts(table) {
		return table.measure === null || table.measure === 'count';
	}

	/* Does a table have means, one input over another? They make no whole. */
	function means(table) {
		return !counts(table) && table.measure.includes(' / ');
	}

	/* The bar of a row: its cells, what is withheld among them, the whole if it is known. */
	function rowBar(table, row, asCounts, longest) {
		const columns = partsOf(table);
		const total = totalOf(table, row);
		const parts = [];
		let hidden = 0;
		let sum = 0;

		columns.forEach((column, place) => {
			const cell = table.cell(row, column);

			if (cell !== null && cell.figure === null)
				hidden += 1;
			if (cell === null || cell.figure === null)
				return;
			sum += Number(cell.figure);
			parts.push({ label: name(column), text: cell.figure, size: Number(cell.figure), step: stepOf(column, place, columns) });
		});

		const rest = counts(table) && total !== null && total >= sum ? total - sum : null;

		return Charts.bar({ name: name(row), parts, withheld: hidden > 0 ? { size: rest, text: rest === null ? null : String(rest) } : null,
			whole: asCounts ? longest : total !== null && total >= sum ? total : null });
	}

	/* What the longest bar stands for where bars are as long as figures: the largest row. */
	function longestOf(table) {
		return Math.max(0, ...table.rows.filter((row) => !row.total).map((row) =>
			Math.max(totalOf(table, row) ?? 0, partsOf(table).reduce((sum, column) => sum + Number(table.cell(row, column)?.figure ?? 0), 0)))) || 1;
	}

	/* The colours of the columns with what they stand for. */
	function key(columns, steps, withheld) {
		return element('ul', { class: 'key' },
			columns.map((column, place) => element('li', null, element('span', { class: `swatch step-${steps[place] ?? 'none'}`, 'aria-hidden': 'true' }), Dom.foreign(name(column)))),
			withheld && element('li', null, element('span', { class: 'swatch hatched', 'aria-hidden': 'true' }), Language.text('tables.withheld')));
	}

	/* Can a table be drawn? Not with too many parts, nor with figures below zero. */
	function drawable(table) {
		const figures = table.rows.flatMap((row) => table.columns.map((column) => table.cell(row, column)?.figure ?? '0'));

		return !(means(table) && partsOf(table).length > 1) && table.columns.length <= MOST_COLUMNS && table.rows.length <= MOST_ROWS && figures.every((figure) => Figures.isFigure(figure) && Number(figure) >= 0);
	}

	function bars(table, state) {
		const columns = partsOf(table);
		const asCounts = state.counts || columns.length === 1;
		const longest = longestOf(table);
		const rows = table.rows.filter((row) => !row.total || !asCounts);
		const option = (chosen, label) => element('a', { href: Router.address({ ...state, view: 'tables', counts: chosen }), 'data-keep': `${label} ${table.name}`, 'aria-current': state.counts === chosen ? 'true' : null }, Language.text(label));

		return element('figure', { class: 'bars' },
			element('div', { class: 'above' }, key(columns, columns.map((column, place) => stepOf(column, place, columns)), marksOf(table).size > 0),
				columns.length > 1 && element('p', { class: 'choice' }, Dom.spoken(`${Language.text('tables.show')}: `), option(false, 'tables.show.shares'), ' ', option(true, counts(table) ? 'tables.show.counts' : 'tables.show.sums'))),
			element('div', { class: 'bar-rows' }, rows.map((row) => element('div', { class: row.total ? 'bar-row total' : 'bar-row' }, element('span', { class: `bar-name ${depthClass(row)}` }, Dom.label({ ...row, code: name(row) })), rowBar(table, row, asCounts, longest)))),
			element('figcaption', { class: 'note' }, Language.text(means(table) ? 'tables.means.bars' : !asCounts ? 'tables.shares' : counts(table) ? 'tables.counts' : 'tables.figures')));
	}

	function depthClass(row) {
		return `depth-${Math.min(row.depth, MOST_DEPTH)}`;
	}

	/* What stands for a withheld figure: its mark, and its reason for those who listen. */
	function mark(marks, reason) {
		return element('span', { class: 'withheld-mark' }, element('span', { 'aria-hidden': 'true' }, marks.get(reason)), Dom.spoken(Language.reason(reason)));
	}

	/* The table itself, with marks for what is withheld and their reasons below. */
	function cells(table, title) {
		const marks = marksOf(table);
		const cellOf = (row, column) => {
			const cell = table.cell(row, column);

			if (cell === null)
				return null;
			if (cell.figure === null)
				return mark(marks, cell.reason ?? 'hidden');
			if (cell.percent === null && cell.percentReason === null)
				return cell.figure;
			return element('span', null, element('span', null, cell.figure), ' ', element('span', { class: 'percent' }, cell.percent === null ? mark(marks, cell.percentReason) : `${cell.percent} %`));
		};
		const head = (row) => row.total ? name(row) : row.depth > 0 ? element('span', { class: depthClass(row) }, Dom.label(row)) : Dom.label(row);

		return [
			Parts.table(title, [{ label: Language.text('tables.class') }, ...table.columns.map((column) => ({ label: column.total ? name(column) : Dom.label(column), numeric: true, class: column.total ? 'total' : null }))],
				table.rows.map((row) => [head(row), ...table.columns.map((column) => cellOf(row, column))]), table.rows.some((row) => row.total) ? 'with-total' : ''),
			marks.size > 0 && element('ul', { class: 'marks' }, [...marks].map(([reason, sign]) => element('li', null, element('span', { class: 'withheld-mark' }, sign), ' ', Dom.foreign(Language.reason(reason)))))];
	}

	/* What a table is called: its title, else its name where there are several, else what it has. */
	function titleOf(table) {
		if (table.en || table.zh)
			return Language.pick(table).text;
		if (Data.model.tables.length > 1 && table.name !== '')
			return Language.text('tables.other', { name: table.name });
		if (!counts(table))
			return Language.text('tables.sums');
		return Language.text(table.columns.every((column) => column.total) ? 'tables.classes' : 'tables.grades');
	}

	function tableSection(table, state) {
		const title = titleOf(table);
		const called = (input) => Data.model.byKey.get(`input.${input}`)?.label() ?? input;
		const measured = !counts(table) && (means(table) ? table.measure.split(' / ').map(called).join(' / ') : called(table.measure));

		return Parts.section(title, 'table-section', measured && element('p', null, Language.text(means(table) ? 'tables.means' : 'tables.measure', { name: measured })),
			drawable(table) ? bars(table, state) : element('p', { class: 'note' }, Language.text(means(table) && partsOf(table).length > 1 ? 'tables.means.wide' : 'tables.wide')), cells(table, title));
	}

	/* The grades of the lists over the bulletins: bars, and the same as a table. */
	function trend() {
		const { model } = Data;

		if (model.history.length === 0 || !model.byKey.has('grade'))
			return null;

		const past = Data.pastGrades();
		const current = Data.countGrades(model.entries);
		const now = new Map(model.grades.map((item, place) => [item.code, current[place]]));
		const lines = [...model.history.map((bulletin, place) => ({ bulletin, counts: past[place] })), { bulletin: model.bulletin, counts: now }]
			.map(({ bulletin, counts }) => ({ bulletin, counts: model.scale.map((item) => counts.get(item.code) ?? 0) }))
			.filter((line) => line.counts.some((count) => count > 0));
		const grades = model.scale.filter((item, place) => lines.some((line) => line.counts[place] > 0));
		const title = Language.text('tables.trend');
		const period = (line) => Figures.period(line.bulletin.period) || `${line.bulletin.number}`;

		if (lines.length < 2)
			return null;
		return Parts.section(title, 'trend-section',
			element('p', null, Language.text('tables.trend.text')),
			element('figure', { class: 'bars' }, element('div', { class: 'above' }, key(grades, grades.map((item) => Data.gradeStep(item.code)), false)),
				element('div', { class: 'bar-rows' }, lines.map((line) => element('div', { class: 'bar-row' }, element('span', { class: 'bar-name' }, period(line)),
					Charts.bar({ name: period(line), parts: line.counts.map((count, place) => ({ label: name(model.scale[place]), text: Figures.count(count), size: count, step: Data.gradeStep(model.scale[place].code) })) }))))),
			element('details', null, element('summary', null, Language.text('chart.table')),
				Parts.table(title, [{ label: Language.text('bulletin.period') }, ...model.scale.map((item) => ({ label: Dom.label(item), numeric: true }))],
					lines.map((line) => [period(line), ...line.counts.map(Figures.count)]))));
	}

	function build(state) {
		const { model } = Data;
		const minimum = model.bulletin.minimum_cell;

		return [Parts.heading(Language.text('tables.title')),
			model.tables.length === 0 ? element('p', { class: 'empty' }, Language.text('tables.none')) : null,
			Number(minimum) > 1 && model.tables.length > 0 && element('p', { class: 'lead' }, Language.text('tables.minimum', { minimum })),
			model.tables.map((table) => tableSection(table, state)), trend()];
	}

	return { build, title: () => Language.text('tables.title') };
})();
