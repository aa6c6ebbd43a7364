'use strict';

/*
 * The files of the bundle, and how to check them.
 */
const Check = (() => {
	const { element } = Dom;
	const FILES = ['bulletin.xlsx', 'entries.csv', 'values.csv', 'cells.csv', 'adjustments.csv', 'norms.csv', 'data.json', 'scheme.json', 'heading.json', 'items.csv', 'chain.csv', 'manifest.sha256',
		'datapackage.json', 'csvw-metadata.json', 'dcat.jsonld', 'README.txt'];
	const NOT_ALWAYS = ['scheme.json', 'norms.csv'];

	/* The files to offer: as the data say; else those that every bundle has. */
	function files() {
		const named = Data.model.files;

		if (named === null)
			return FILES.filter((file) => !NOT_ALWAYS.includes(file));
		return [...FILES.filter((file) => named.includes(file)), ...named.filter((file) => typeof file === 'string' && !FILES.includes(file) && !/^(index\.html$|site\/)/.test(file) && /^[\w.-]+$/.test(file))];
	}

	function command(text) {
		return element('pre', { tabindex: 0 }, element('code', null, text));
	}

	function hash(text) {
		return text ? element('code', { class: 'hash' }, text) : null;
	}

	function build() {
		const { bulletin } = Data.model;
		const title = Language.text('check.files');

		return [Parts.heading(Language.text('check.title')),
			Parts.section(title, 'files', element('p', null, Language.text('check.files.text')),
				Parts.table(title, [{ label: Language.text('check.file') }, { label: Language.text('check.what') }],
					files().map((file) => [element('a', { href: file, download: file }, file), Language.has(`file.${file}`) ? Language.text(`file.${file}`) : element('span', null)]))),
			Parts.section(Language.text('check.how'), 'how',
				element('h3', null, Language.text('check.sums')), element('p', null, Language.text('check.sums.text')), command('sha256sum -c manifest.sha256'),
				element('h3', null, Language.text('check.verify')), element('p', null, Language.text('check.verify.text')), command('credence verify .'),
				element('h3', null, Language.text('check.hash')), element('p', null, Language.text('check.hash.text')), command('sha256sum heading.json'),
				Parts.facts([[Language.text('check.this'), hash(bulletin.hash) ?? Parts.dash()], [Language.text('check.before'), hash(bulletin.previous_hash) ?? Language.text('check.first')]], 'hashes'),
				element('p', { class: 'note' }, Language.text('check.limits')))];
	}

	return { build, title: () => Language.text('check.title') };
})();
