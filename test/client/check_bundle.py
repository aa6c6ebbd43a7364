# check_bundle.py BUNDLE COMMENTS
#
# Looks at a bundle with other eyes than those of the program: CSV by Python's reader, the data package by the rules of the
# Frictionless specification (v1), CSV on the Web, the workbook as the XML that it is. COMMENTS is JSON: {view: {"": comment, column:
# comment}}. Prints what is wrong, one line each; nothing if nothing is.

import csv
import hashlib
import io
import json
import os
import re
import sys
import xml.etree.ElementTree as xml
import zipfile

folder, comments_path = sys.argv[1:3]
comments = json.load(open(comments_path, encoding='utf-8'))
problems = []


def check(right, what):
    if not right:
        problems.append(what)


def read(name):
    with open(os.path.join(folder, name), 'rb') as file:
        return file.read()


# --- the manifest: every file, sorted, two blanks
listed = re.fullmatch(r'(?:[0-9a-f]{64}  [^\n]+\n)+', read('manifest.sha256').decode('ascii'))
check(listed, 'manifest.sha256 has another form')
names = [line[66:] for line in read('manifest.sha256').decode('ascii').splitlines()]
check(names == sorted(names, key=lambda name: name.encode()), 'manifest.sha256 is not sorted')
there = sorted(os.path.relpath(os.path.join(path, name), folder) for path, _, files in os.walk(folder) for name in files)
check(sorted(names + ['manifest.sha256']) == there, 'manifest.sha256 does not name the files that are there')

# --- CSV after RFC 4180
DANGEROUS = tuple('=+-@\t\r\n＝＋－＠')


def records(name):
    """The records with None for fields without value: Python's reader cannot tell these from empty texts."""
    text = read(name).decode('utf-8')
    check(text.endswith('\r\n'), f'{name} does not end with CR LF')
    check(not text.startswith('\ufeff'), f'{name} begins with a byte order mark')
    plain = list(csv.reader(io.StringIO(text, newline=''), strict=True))
    parsed, record, place = [], [], 0
    field = re.compile(r'("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)')
    while place < len(text):
        match = field.match(text, place)
        if not match:
            check(False, f'{name} is no CSV at character {place}')
            return plain
        value = match[1]
        record.append(value[1:-1].replace('""', '"') if value.startswith('"') else value or None)
        if match[2] == '\r\n':
            parsed.append(record)
            record = []
        place = match.end()
    check([[value or '' for value in row] for row in parsed] == plain, f'{name} reads otherwise with another reader')
    return parsed


package = json.loads(read('datapackage.json'))
VIEWS = {'chain': 'bulletin_chain', 'items': 'bulletin_items', 'entries': 'bulletin_entries', 'values': 'bulletin_values', 'cells': 'bulletin_cells',
         'adjustments': 'bulletin_adjustments', 'norms': 'bulletin_norms'}
PATTERNS = {'integer': r'-?\d+', 'number': r'-?\d+(\.\d+)?', 'date': r'\d{4}-\d\d-\d\d', 'string': r'(?s:.*)'}
NAME = r'[a-z0-9._-]+'

# --- the data package: what the specification says must be there, and of which type
check(package.get('profile') == 'tabular-data-package', 'the package has another profile')
check(re.fullmatch(NAME, package.get('name', '')), 'the package has no name')
check(isinstance(package.get('title'), str) and package['title'], 'the package has no title')
check(re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ', package.get('created', '')), 'created is no time')
check(isinstance(package.get('resources'), list) and package['resources'], 'the package has no resources')
check(len({r['name'] for r in package['resources']}) == len(package['resources']), 'names of resources are not unique')
tables = {}
for resource in package['resources']:
    name, path = resource.get('name'), resource.get('path')
    label = f'resource {name}'
    check(resource.get('profile') == 'tabular-data-resource', f'{label}: another profile')
    check(isinstance(name, str) and re.fullmatch(NAME, name), f'{label}: no name')
    check(isinstance(path, str) and not path.startswith(('/', '..')) and os.path.isfile(os.path.join(folder, path)), f'{label}: no path')
    bytes_ = read(path)
    check(resource.get('bytes') == len(bytes_), f'{label}: bytes are {len(bytes_)}')
    check(resource.get('hash') == 'sha256:' + hashlib.sha256(bytes_).hexdigest(), f'{label}: another hash')
    check(resource.get('encoding') == 'utf-8' and resource.get('mediatype') == 'text/csv' and resource.get('format') == 'csv', f'{label}: encoding or type')
    check(resource.get('dialect', {}).get('lineTerminator') == '\r\n', f'{label}: dialect')
    check(resource.get('description') == comments[VIEWS[name]][''], f'{label}: the description is not the comment of the view')
    schema = resource['schema']
    check(schema.get('missingValues') == [''], f'{label}: missing values')
    fields = schema['fields']
    for field in fields:
        check(field['type'] in PATTERNS, f'{label}: {field["name"]} has no type of the specification')
        check(field.get('description') == comments[VIEWS[name]].get(field['name']), f'{label}: {field["name"]}: the description is not the comment of the column')
        check(len(field.get('description', '')) > 3, f'{label}: {field["name"]} has no description')
    rows = records(path)
    header = [field['name'] for field in fields]
    check(rows[0] == header, f'{label}: the header is not the fields')
    check(all(len(row) == len(header) for row in rows), f'{label}: a record has another number of fields')
    for row in rows[1:]:
        for field, value in zip(fields, row):
            check(value is None or re.fullmatch(PATTERNS[field['type']], value), f'{label}: {field["name"]}: {value!r} is no {field["type"]}')
            check(value is not None or not field.get('constraints', {}).get('required'), f'{label}: {field["name"]} is required')
            check(value is None or field['type'] != 'string' or not value.startswith(DANGEROUS), f'{label}: {field["name"]}: {value!r} may be taken for a formula')
    place = {column: number for number, column in enumerate(header)}
    keys = [tuple(row[place[column]] for column in schema['primaryKey']) for row in rows[1:]]
    check(len(set(keys)) == len(keys), f'{label}: the primary key is not unique')
    # texts as published
    tables[name] = [header] + [[value[1:] if value is not None and field['type'] == 'string' and value.startswith("'") else value
                                for field, value in zip(fields, row)] for row in rows[1:]]
    tables[name + ' types'] = [field['type'] for field in fields]
for resource in package['resources']:
    for key in resource['schema'].get('foreignKeys', []):
        target = tables[key['reference']['resource']]
        values = {row[target[0].index(key['reference']['fields'])] for row in target[1:]}
        own = tables[resource['name']]
        check({row[own[0].index(key['fields'])] for row in own[1:]} <= values, f'resource {resource["name"]}: a foreign key leads nowhere')

# --- CSV on the Web, DCAT
csvw = json.loads(read('csvw-metadata.json'))
check(csvw['@context'][0] == 'http://www.w3.org/ns/csvw', 'csvw: context')
check({table['url'] for table in csvw['tables']} == {resource['path'] for resource in package['resources']}, 'csvw: tables')
for table in csvw['tables']:
    rows = tables[table['url'][:-4]]
    check([column['name'] for column in table['tableSchema']['columns']] == rows[0], f'csvw: {table["url"]}: columns')
    check([column['titles'] for column in table['tableSchema']['columns']] == rows[0], f'csvw: {table["url"]}: titles')
dcat = json.loads(read('dcat.jsonld'))
check(dcat['@type'] == 'dcat:Dataset' and dcat['dct:title'] and dcat.get('dct:description', True), 'dcat: no dataset')
for one in dcat['dcat:distribution']:
    checksum = one['spdx:checksum']
    check(checksum['spdx:algorithm'] == {'@id': 'spdx:checksumAlgorithm_sha256'} and checksum['spdx:checksumValue'] == {'@type': 'xsd:hexBinary', '@value': hashlib.sha256(read(one['@id'])).hexdigest()},
          f'dcat: {one["@id"]}: another sum')
    check(one['dcat:byteSize'] == {'@type': 'xsd:nonNegativeInteger', '@value': str(len(read(one['@id'])))}, f'dcat: {one["@id"]}: another size')
    check(re.fullmatch(r'https://www\.iana\.org/assignments/media-types/(text|application)/[a-z.+-]+', one['dcat:mediaType']['@id']), f'dcat: {one["@id"]}: no media type')
withheld = {(one['credence:table'], one['credence:reason']): one['credence:count'] for one in dcat['credence:withheld']}
for name in ('cells', 'values', 'adjustments', 'items', 'entries'):
    counted = {}
    for row in tables[name][1:]:
        for reason in (row[-1] or '').split(', ') if name == 'entries' else [row[-1] or '']:
            if reason:
                counted[reason] = counted.get(reason, 0) + 1
    check(counted == {reason: count for (table, reason), count in withheld.items() if table == name + '.csv'}, f'dcat: reasons of {name}.csv')

# --- the same data as JSON
if 'data.json' in names:
    data = json.loads(read('data.json'))
    check(data['format'] == 1, 'data.json: format')
    for name in ('entries', 'values', 'cells', 'adjustments'):
        check(data[name]['columns'] == tables[name][0], f'data.json: columns of {name}')
        types = tables[name + ' types']
        expected = [[None if value is None else float(value) if kind == 'number' else int(value) if kind == 'integer' else value
                     for kind, value in zip(types, row)] for row in tables[name][1:]]
        check(data[name]['data'] == expected, f'data.json: rows of {name} are not those of the CSV')

# --- the workbook: texts are texts, nothing is a formula
if 'bulletin.xlsx' in names:
    book = zipfile.ZipFile(os.path.join(folder, 'bulletin.xlsx'))
    check(book.testzip() is None, 'the workbook is damaged')
    check(not [name for name in book.namelist() if 'external' in name.lower() or 'vba' in name.lower()], 'the workbook has links or macros')
    space = '{http://schemas.openxmlformats.org/spreadsheetml/2006/main}'
    sheets = {}
    for number, sheet in enumerate(xml.fromstring(book.read('xl/workbook.xml')).iter(space + 'sheet'), 1):
        root = xml.fromstring(book.read(f'xl/worksheets/sheet{number}.xml'))
        check(not list(root.iter(space + 'f')), 'the workbook has a formula')
        rows = []
        for row in root.iter(space + 'row'):
            cells = {}
            for cell in row.iter(space + 'c'):
                column = re.match('[A-Z]+', cell.get('r'))[0]
                text = ''.join(part.text or '' for part in cell.iter(space + 't')) if cell.get('t') == 'inlineStr' else cell.findtext(space + 'v')
                cells[column] = (cell.get('t'), text)
            rows.append(cells)
        sheets[sheet.get('name')] = rows
    for name in ('entries', 'values', 'cells', 'adjustments'):
        rows, number = sheets[name], 2
        while f'{name} {number}' in sheets:
            rows = rows + sheets[f'{name} {number}'][1:]
            number += 1
        check(len(rows) == len(tables[name]), f'the workbook has {len(rows)} rows of {name}, not {len(tables[name])}')
        for row, expected in zip(rows[1:], tables[name][1:]):
            for place, (kind, value) in enumerate(zip(tables[name + ' types'], expected)):
                found = row.get(chr(65 + place), (None, None))
                if kind == 'string':
                    # U+FFFF can be in no XML
                    value = value and value.replace('\uffff', '\ufffd')
                    # the XML parser makes line feeds of line ends, and there is no telling texts without anything from nothing
                    text = re.sub('_x([0-9A-F]{4})_', lambda match: chr(int(match[1], 16)), found[1] or '')
                    check(not value or (found[0] == 'inlineStr' and text.replace('\r\n', '\n') == value.replace('\r\n', '\n')), f'the workbook has {found!r} for {value!r}')
                elif kind in ('integer', 'number'):
                    check(value is None if found[1] is None else float(found[1]) == float(value), f'the workbook has {found!r} for {value}')
    check('notes' in sheets, 'the workbook has no notes')

# --- the data of the site cannot leave their script
if 'site/data.js' in names:
    script = read('site/data.js').decode('utf-8')
    check(script.startswith('globalThis.credence = {') and script.endswith('};\n'), 'data.js: form')
    check('<' not in script and '\u2028' not in script and '\u2029' not in script, 'data.js: something may end the script')
    site = json.loads(script[len('globalThis.credence = '):-2])
    header, rows = tables['entries'][0], tables['entries'][1:]
    for key, column in (('code', 'subject_code'), ('name', 'subject_name'), ('peer', 'peer'), ('basis', 'basis'), ('leaves_on', 'leaves_on'), ('withheld', 'suppression_reason')):
        expected = [row[header.index(column)] for row in rows]
        check(site['entries'].get(key, [None] * len(rows)) == expected, f'data.js: {key}')
    for key, list_, column in (('kind', 'kinds', 'subject_kind'), ('region', 'regions', 'region'), ('level', 'levels', 'level'), ('grade', 'grades', 'grade')):
        expected = [row[header.index(column)] for row in rows]
        found = [None if index is None else site[list_][index]['code'] for index in site['entries'].get(key, [None] * len(rows))]
        check(found == expected, f'data.js: {key}')
    check([grade['order'] for grade in site['grades']] == sorted(grade['order'] for grade in site['grades']), 'data.js: grades are not in order')
    scores = [row[header.index('score')] for row in rows]
    check([None if score is None else float(score) for score in scores] == [None if score is None else float(score) for score in site['entries'].get('score', [None] * len(rows))], 'data.js: score')
    values = {(row[1], row[2]): row[3] if row[3] is not None else row[4] for row in tables['values'][1:]}
    for name in {row[2] for row in tables['values'][1:]}:
        found = site['values'].get(name, [None] * len(rows))
        expected = [values.get((row[1], name)) for row in rows]
        check([re.sub(r'(\.\d*?)0+$', r'\1', value).rstrip('.') if value and re.fullmatch(r'-?\d+\.\d+', value) else value for value in expected] == found, f'data.js: values of {name}')
    check(len(site['cells']) == len(tables['cells']) - 1, 'data.js: cells')

for problem in problems[:20]:
    print(problem)
