import assert from 'node:assert/strict'
import { test } from 'node:test'
import { columnsOf } from './expectation.ts'
import { checkedTables, suites } from './suites.ts'

test('a suite says once of which type each column is that it asks about, and of each table that it is not empty', () => {
  for (const table of checkedTables) {
    const { expectations, meta } = suites[table]
    assert.equal(meta.table, table)
    const typed = expectations.filter(({ type }) => type === 'expect_column_values_to_be_in_type_list').flatMap(columnsOf)
    assert.deepEqual(typed, [...new Set(typed)])
    assert.deepEqual(new Set(expectations.flatMap(columnsOf)), new Set(typed))
    assert.ok(expectations.some(({ type }) => type === 'expect_table_row_count_to_be_between'))
  }
})
