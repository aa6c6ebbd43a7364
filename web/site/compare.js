'use strict';

/*
 * Up to four entries side by side.
 */
const Compare = (() => {
	const { element } = Dom;

	/* Scores of all over the bulletins in which any has one; null where fewer than two bulletins do. */
	function trend(entries) {
		const { model } = Data;
		const bulletins = [...model.history, model.bulletin];
		const series = entries.map((entry) => {
			const scores = new Map(Provider.results(entry).map((line) => [line.bulletin, line.score]));

			return { name: Parts.nameOf(entry), points: bulletins.map((bulletin) => {
				const score = scores.get(bulletin) ?? null;

				return Figures.isFigure(score) ? { value: Number(score), text: score, step: null } : null;
			}) };
		});
		const places = bulletins.map((bulletin, place) => place).filter((place) => series.some((each) => each.points[place] !== null));

		if (places.length < 2)
			return null;

		const drawn = series.map((each) => ({ ...each, points: places.map((place) => each.points[place]) }));
		const ordered = drawn.flatMap((each) => each.points).filter((point) => point !== null).sort((a, b) => a.value - b.value);
		const title = Language.text('compare.trend');

		return Parts.section(title, 'trend-section', element('figure', { class: 'trend' },
			Charts.legend(drawn.map((each) => each.name)),
			Charts.lines({ title, labels: places.map((place) => bulletins[place].period ?? `${bulletins[place].number}`), series: drawn, levels: [ordered[0], ordered[ordered.length - 1]] })),
		element('details', null, element('summary', null, Language.text('chart.table')),
			Parts.table(title, [{ label: Language.text('bulletin.period') }, ...drawn.map((each) => ({ label: Dom.foreign(each.name), numeric: true }))],
				places.map((place, number) => [Figures.period(bulletins[place].period), ...drawn.map((each) => each.points[number]?.text ?? null)]))));
	}

	/* One line of the table: a column of the bulletin for every entry, with its position where it is of figures. */
	function line(column, entries) {
		return element('tr', { role: 'row' },
			element('th', { role: 'rowheader', scope: 'row' }, column.input ? Dom.label(column.input) : column.label(),
				column.unit && element('span', { class: 'unit' }, Dom.foreign(column.unit))),
			entries.map((entry) => {
				const placed = column.numeric && (column.input || column.key === 'score');

				return element('td', { role: 'cell' }, element('span', { class: column.numeric ? 'digits' : null }, Parts.shown(column, entry) ?? Parts.dash()),
					placed && Parts.strip(entry, column, Parts.nameOf(entry)));
			}));
	}

	function table(entries, state) {
		const columns = Data.model.columns.filter((column) => column.key !== Data.model.head);

		return element('table', { class: `compare of-${entries.length}`, role: 'table' },
			element('caption', { class: 'spoken' }, Language.text('compare.caption')),
			element('thead', { role: 'rowgroup' }, element('tr', { role: 'row' }, element('td', { role: 'cell', class: 'corner' }),
				entries.map((entry) => element('th', { role: 'columnheader', scope: 'col' },
					element('a', { href: Parts.pageOf(entry, state) }, Dom.foreign(Parts.nameOf(entry))),
					element('button', { type: 'button', class: 'remove', 'aria-label': Language.text('picked.remove', { name: Parts.nameOf(entry) }),
						on: { click: () => Router.go(Parts.picking(state, entry, false), true) } }, '×'))))),
			element('tbody', { role: 'rowgroup' }, columns.map((column) => line(column, entries))));
	}

	function build(state, back) {
		const entries = Parts.picked(state);
		const head = [element('p', { class: 'actions' }, element('a', { class: 'back', href: back }, Language.text('provider.back'))), Parts.heading(Language.text('compare.title'))];

		if (entries.length === 0)
			return [...head, element('p', { class: 'empty' }, Language.text('compare.empty'))];
		return [...head, entries.length === 1 && element('p', { class: 'empty' }, Language.text('compare.one')),
			table(entries, state), trend(entries), element('p', { class: 'note' }, Language.text('peers.legend'))];
	}

	return { build, title: () => Language.text('compare.title') };
})();
