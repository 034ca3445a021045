import type { ColumnDataType, CreateTableBuilder } from "kysely";

/** Columns that always hold something, by their names in order: for `createTable(…).$call(filled({ … }))`. */
export function filled(columns: Readonly<Record<string, ColumnDataType>>) {
  return (table: CreateTableBuilder<string, string>): CreateTableBuilder<string, string> =>
    Object.entries(columns).reduce(
      (so, [name, type]) => so.addColumn(name, type, (column) => column.notNull()),
      table,
    );
}
