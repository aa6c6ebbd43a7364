'use strict';

/*
 * Where an entry stands among its peers, by the published figures alone.
 */
const Peers = (() => {
	const FEWEST = 4;				// a quarter of fewer than four has nobody in it
	const GROUPINGS = ['peer', 'level', 'kind'];
	const groups = new Map();
	const sorted = new Map();

	/* The group that an entry is compared with: the narrowest that the bulletin shows. {by, group, label, entries} */
	function of(entry) {
		for (const by of GROUPINGS) {
			const column = Data.model.byKey.get(by);
			const group = column?.item ? column.item(entry)?.code ?? null : column?.text(entry) ?? null;

			if (group !== null)
				return { by, key: `${by} ${group}`, label: () => column.text(entry), entries: members(by, column, group) };
		}
		return { by: 'all', key: 'all', label: () => '', entries: Data.model.entries };
	}

	/* Entries of a group, kept once found. */
	function members(by, column, group) {
		const key = `${by} ${group}`;

		if (!groups.has(key))
			groups.set(key, Data.model.entries.filter((entry) => (column.item ? column.item(entry)?.code : column.text(entry)) === group));
		return groups.get(key);
	}

	/* The figures of a group in ascending order, kept once sorted. */
	function figures(peers, column) {
		const key = `${column.key} ${peers.key}`;

		if (!sorted.has(key))
			sorted.set(key, peers.entries.map(column.text).filter((figure) => figure !== null).sort(Figures.compare));
		return sorted.get(key);
	}

	/* How many of ascending figures are below one, or, with orSame, not above it. */
	function below(ascending, figure, orSame) {
		let low = 0;
		let high = ascending.length;

		while (low < high) {
			const middle = (low + high) >> 1;
			const order = Figures.compare(ascending[middle], figure);

			if (order < 0 || orSame && order === 0)
				low = middle + 1;
			else
				high = middle;
		}
		return low;
	}

	/*
	 * The position of an entry by a column of figures: n figures, the quartiles among them (null where there are too few), the
	 * share from 0 to 1 of peers on the worse (or lower) side, ties counted half, the quarter 1 to 4 that is in, and whether both
	 * outer quartiles are the figure itself. Quartiles
	 * are by nearest rank, so that each is a figure that was published.
	 */
	function position(entry, column) {
		const ascending = figures(of(entry), column);
		const n = ascending.length;
		const figure = column.text(entry);
		const quartiles = n < FEWEST ? null : [0.25, 0.5, 0.75].map((part) => ascending[Math.ceil(part * n) - 1]);
		const same = n > 0 && Figures.compare(ascending[0], ascending[n - 1]) === 0;

		if (figure === null || quartiles === null || same)
			return { n, quartiles, same, share: null, quarter: null, common: false };

		const ascendingShare = (below(ascending, figure, false) + below(ascending, figure, true)) / (2 * n);
		const share = column.better === 'lower' ? 1 - ascendingShare : ascendingShare;

		return { n, quartiles, same, share, quarter: Math.min(4, Math.floor(share * 4) + 1),
			common: Figures.compare(figure, quartiles[0]) === 0 && Figures.compare(figure, quartiles[2]) === 0 };
	}

	/* The position in words. */
	function words(position, column) {
		if (position.quarter === null)
			return Language.text(position.same && position.quartiles !== null ? 'peers.same' : 'peers.few');
		if (position.common)
			return Language.text('peers.common');
		return Language.text(`peers.${column.better ? 'better' : 'higher'}.${position.quarter}`);
	}

	return { of, position, words };
})();
