'use strict';

/*
 * The tables of the bulletin with their bars, and how the lists went from bulletin to bulletin.
 */
const Tables = (() => {
	const { element } = Dom;
	const MOST_COLUMNS = 12;				// more parts than this are no picture
	const MOST_ROWS = 60;

	/* The reasons of a table's withheld cells, each with the mark that stands for it. */
	function marksOf(table) {
		const reasons = new Set();

		for (const row of table.rows)
			for (const column of table.columns) {
				const cell = table.cell(row, column);

				if (cell !== null && cell.count === null)
					reasons.add(cell.reason ?? 'hidden');
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

	/* The bar of a row: its cells, what is withheld among them, the whole if it is known. */
	function rowBar(table, row, counts, longest) {
		const columns = table.columns.filter((column) => !column.total);
		const totalColumn = table.columns.find((column) => column.total);
		const total = totalColumn && table.cell(row, totalColumn)?.count;
		const parts = [];
		let hidden = 0;
		let sum = 0;

		columns.forEach((column, place) => {
			const cell = table.cell(row, column);

			if (cell === null)
				return;
			if (cell.count === null) {
				hidden += 1;
				return;
			}
			sum += Number(cell.count);
			parts.push({ label: name(column), text: cell.count, size: Number(cell.count), step: stepOf(column, place, columns) });
		});

		const rest = total ? Number(total) - sum : null;
		const known = rest !== null && rest >= 0 && Number.isInteger(rest);

		return Charts.bar({ name: name(row), parts, withheld: hidden > 0 ? { size: known ? rest : null, text: known ? String(rest) : null } : null,
			whole: counts ? longest : total && Number(total) >= sum ? Number(total) : null });
	}

	/* What the longest bar stands for where bars are as long as counts: the largest class. */
	function longestOf(table) {
		const columns = table.columns.filter((column) => !column.total);

		return Math.max(1, ...table.rows.filter((row) => !row.total).map((row) => {
			const total = table.columns.find((column) => column.total);
			const shown = columns.reduce((sum, column) => sum + Number(table.cell(row, column)?.count ?? 0), 0);

			return Math.max(shown, Number(total && table.cell(row, total)?.count || 0));
		}));
	}

	/* The colours of the columns with what they stand for. */
	function key(columns, steps, withheld) {
		return element('ul', { class: 'key' },
			columns.map((column, place) => element('li', null, element('span', { class: `swatch step-${steps[place] ?? 'none'}`, 'aria-hidden': 'true' }), Dom.foreign(name(column)))),
			withheld && element('li', null, element('span', { class: 'swatch hatched', 'aria-hidden': 'true' }), Language.text('tables.withheld')));
	}

	function drawable(table) {
		const counts = table.rows.flatMap((row) => table.columns.map((column) => table.cell(row, column)?.count ?? '0'));

		return table.columns.length <= MOST_COLUMNS && table.rows.length <= MOST_ROWS && counts.every((count) => Figures.isFigure(count) && Number(count) >= 0);
	}

	function bars(table, state) {
		const columns = table.columns.filter((column) => !column.total);
		const longest = longestOf(table);
		const rows = table.rows.filter((row) => !row.total || !state.counts);
		const option = (counts, label) => element('a', { href: Router.address({ ...state, view: 'tables', counts }), 'data-keep': label, 'aria-current': state.counts === counts ? 'true' : null }, Language.text(label));

		return element('figure', { class: 'bars' },
			element('div', { class: 'above' }, key(columns, columns.map((column, place) => stepOf(column, place, columns)), marksOf(table).size > 0),
				element('p', { class: 'choice' }, Dom.spoken(`${Language.text('tables.show')}: `), option(false, 'tables.show.shares'), ' ', option(true, 'tables.show.counts'))),
			element('div', { class: 'bar-rows' }, rows.map((row) => element('div', { class: row.total ? 'bar-row total' : 'bar-row' }, element('span', { class: 'bar-name' }, Dom.label({ ...row, code: name(row) })), rowBar(table, row, state.counts, longest)))),
			element('figcaption', { class: 'note' }, Language.text(state.counts ? 'tables.counts' : 'tables.shares')));
	}

	/* The table itself, with marks for what is withheld and their reasons below. */
	function cells(table, title) {
		const marks = marksOf(table);
		const cellOf = (row, column) => {
			const cell = table.cell(row, column);

			if (cell === null)
				return null;
			return cell.count ?? element('span', { class: 'withheld-mark' }, element('span', { 'aria-hidden': 'true' }, marks.get(cell.reason ?? 'hidden')), Dom.spoken(Language.reason(cell.reason ?? 'hidden')));
		};

		return [
			Parts.table(title, [{ label: Language.text('tables.class') }, ...table.columns.map((column) => ({ label: column.total ? name(column) : Dom.label(column), numeric: true, class: column.total ? 'total' : null }))],
				table.rows.map((row) => [row.total ? name(row) : Dom.label(row), ...table.columns.map((column) => cellOf(row, column))]), table.rows.some((row) => row.total) ? 'with-total' : ''),
			marks.size > 0 && element('ul', { class: 'marks' }, [...marks].map(([reason, mark]) => element('li', null, element('span', { class: 'withheld-mark' }, mark), ' ', Dom.foreign(Language.reason(reason)))))];
	}

	function tableSection(table, state) {
		const described = Data.model.bulletin.tables?.find?.((item) => item.name === table.name);
		const title = described ? Language.pick(described).text : Data.model.tables.length > 1 && table.name !== '' ? Language.text('tables.other', { name: table.name }) : Language.text('tables.grades');

		return Parts.section(title, 'table-section', drawable(table) ? bars(table, state) : element('p', { class: 'note' }, Language.text('tables.wide')), cells(table, title));
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
