'use strict';

/*
 * Makes bundles of web/ with sample data: make.js DIR [NAME ...] writes DIR/NAME, all of them if none is named.
 */

const fs = require('node:fs');
const path = require('node:path');
const sample = require('./sample.js');

const SITE = path.join(__dirname, '..', '..', 'web');
const BUNDLES = {
	few: () => sample.bulletin(16, 6),
	small: () => sample.bulletin(120),
	large: () => sample.bulletin(12000),
	hostile: sample.hostile,
	tables: sample.tablesOnly,
	list: sample.listOnly,
	one: () => sample.bulletin(1),
	withheld: sample.allWithheld,
	none: () => sample.without(sample.tablesOnly(), 'cells'),
};

/* Writes the pages with data into a folder; data null leaves site/data.js out. */
function write(folder, data) {
	fs.cpSync(SITE, folder, { recursive: true });
	if (data !== null)
		fs.writeFileSync(path.join(folder, 'site', 'data.js'), sample.script(data));
	return folder;
}

module.exports = { BUNDLES, write };

if (require.main === module) {
	const [folder, ...names] = process.argv.slice(2);

	for (const name of names.length > 0 ? names : Object.keys(BUNDLES))
		console.log(write(path.join(folder, name), BUNDLES[name]()));
}
