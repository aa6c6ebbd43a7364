'use strict';

/*
 * The state of the pages, all of it in the part of the address behind #, so that what is seen can be linked and nothing needs
 * to be stored.
 */
const Router = (() => {
	const VIEWS = ['list', 'provider', 'compare', 'tables', 'check'];
	const LISTS = ['region', 'level', 'kind', 'grade', 'columns'];
	const MOST_PICKED = 4;

	/* The state that an address stands for; what it does not know or cannot be is left out. */
	function read(hash = location.hash) {
		const query = new URLSearchParams(hash.replace(/^#/, ''));
		const view = query.get('view');
		const page = Number(query.get('page'));
		const state = {
			view: VIEWS.includes(view) ? view : null,
			language: ['en', 'zh'].includes(query.get('lang')) ? query.get('lang') : null,
			q: query.get('q') ?? '',
			sort: query.get('sort'),
			descending: query.get('order') === 'down',
			page: Number.isInteger(page) && page > 0 ? page : 1,
			provider: query.get('provider'),
			counts: query.get('bars') === 'counts',
			pick: [...new Set(query.getAll('pick'))].slice(0, MOST_PICKED),
		};

		for (const name of LISTS)
			state[name] = query.getAll(name);
		return state;
	}

	/* The address of a state; every view keeps to what concerns it, the language and what is picked. */
	function address(state) {
		const query = new URLSearchParams();

		function put(name, value) {
			if (value !== null && value !== undefined && value !== '' && value !== false)
				query.append(name, value);
		}

		put('view', state.view);			// always: # alone would take the reader to the top of the page
		if (state.view === 'list') {
			put('q', state.q);
			for (const name of LISTS)
				for (const value of state[name])
					put(name, value);
			put('sort', state.sort);
			put('order', state.sort && state.descending && 'down');
			put('page', state.page > 1 && state.page);
		}
		if (state.view === 'provider')
			put('provider', state.provider);
		if (state.view === 'tables')
			put('bars', state.counts && 'counts');
		for (const value of state.pick)
			put('pick', value);
		put('lang', state.language);
		return `#${query}`;
	}

	/* Goes to a state, as a step that the browser can take back or in place of the last one. */
	function go(state, instead = false) {
		if (instead)
			location.replace(address(state));
		else
			location.hash = address(state);
	}

	return { read, address, go, MOST_PICKED };
})();
