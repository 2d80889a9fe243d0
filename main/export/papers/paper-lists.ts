/** Lists of rows in a paper of an export, written as they come. */
import type { Zone } from '../../contract/time-zone.ts';
import type { PaperFile, StagedPaper } from '../target/paper-file.ts';
import { csvRow, type Columns } from './paper-rows.ts';

/** A list of JSON values, one a line, between what opens and what closes it. */
export class JsonList {
  readonly #file: PaperFile;
  readonly #close: string;
  #begun = false;

  constructor(file: PaperFile, close: string) {
    this.#file = file;
    this.#close = close;
  }

  async add(value: object): Promise<void> {
    await this.#file.write(`${this.#begun ? ',' : ''}\n${JSON.stringify(value)}`);
    this.#begun = true;
  }

  async end(): Promise<StagedPaper> {
    await this.#file.write(`\n${this.#close}\n`);
    return await this.#file.end();
  }
}

/** A list as CSV, with its head. */
export class CsvList<Row> {
  readonly #file: PaperFile;
  readonly #columns: Columns<Row>;
  readonly #zone: Zone;

  constructor(file: PaperFile, columns: Columns<Row>, zone: Zone) {
    this.#file = file;
    this.#columns = columns;
    this.#zone = zone;
  }

  async add(row: Row): Promise<void> {
    await this.#file.write(csvRow(this.#columns, row, this.#zone));
  }

  end(): Promise<StagedPaper> {
    return this.#file.end();
  }
}
