/// The schema of the register, step by step. A step that was ever released is never edited: what
/// comes later is a new step at the end.
enum Migrations {
  /// A named step.
  struct Step {
    let name: String
    let sql: String
  }

  static let all = [
    Step(name: "1 entries and documents", sql: entries + documents + lines),
    Step(name: "2 months and remarks", sql: months),
    Step(name: "3 saved quotes", sql: quotes),
    Step(name: "4 papers of closed months", sql: papers),
  ]

  /// Every table is insert-only: a correction is a new entry.
  private static func insertOnly(_ table: String) -> String {
    """
    CREATE TRIGGER \(table)_never_updated BEFORE UPDATE ON \(table)
    BEGIN SELECT RAISE(ABORT, 'entries are never edited'); END;
    CREATE TRIGGER \(table)_never_deleted BEFORE DELETE ON \(table)
    BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END;

    """
  }

  /// The chain: each entry has the digest of the one before in its own.
  private static let entries =
    """
    CREATE TABLE entries (
      entry INTEGER PRIMARY KEY, kind TEXT NOT NULL, previous TEXT NOT NULL, digest TEXT NOT NULL
    ) STRICT;
    CREATE TRIGGER entries_without_gap BEFORE INSERT ON entries
    WHEN NEW.entry <> (SELECT coalesce(max(entry), 0) + 1 FROM entries)
    BEGIN SELECT RAISE(ABORT, 'entries are numbered without a gap'); END;

    """ + insertOnly("entries")

  /// Days are `2026-08-15`, months `2026-08`, amounts whole minor units of the currency beside
  /// them.
  private static let documents =
    """
    CREATE TABLE documents (
      entry INTEGER PRIMARY KEY REFERENCES entries (entry),
      kind TEXT NOT NULL, series TEXT NOT NULL, year INTEGER NOT NULL, number INTEGER NOT NULL,
      issued TEXT NOT NULL, month TEXT NOT NULL, booked TEXT NOT NULL,
      corrects INTEGER REFERENCES documents (entry), reason TEXT NOT NULL,
      seller TEXT NOT NULL, seller_name TEXT NOT NULL, seller_address TEXT NOT NULL,
      seller_tax_number TEXT NOT NULL, seller_bank TEXT NOT NULL,
      seller_currency TEXT NOT NULL, seller_digits INTEGER NOT NULL,
      customer TEXT NOT NULL, customer_name TEXT NOT NULL, customer_address TEXT NOT NULL,
      customer_tax_number TEXT NOT NULL, payment_days INTEGER NOT NULL,
      currency TEXT NOT NULL, digits INTEGER NOT NULL,
      net INTEGER NOT NULL, tax INTEGER NOT NULL, total INTEGER NOT NULL,
      evidence TEXT NOT NULL, tables_digest TEXT NOT NULL,
      text BLOB NOT NULL, csv BLOB NOT NULL, annex BLOB,
      UNIQUE (series, year, number)
    ) STRICT;
    CREATE INDEX documents_by_booked ON documents (booked);
    CREATE INDEX documents_by_corrected ON documents (corrects) WHERE corrects IS NOT NULL;
    CREATE TRIGGER documents_without_gap BEFORE INSERT ON documents
    WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM documents
      WHERE series = NEW.series AND year = NEW.year)
    BEGIN SELECT RAISE(ABORT, 'documents are numbered without a gap'); END;
    CREATE TABLE taxes (
      entry INTEGER NOT NULL REFERENCES documents (entry), position INTEGER NOT NULL,
      name TEXT NOT NULL, category TEXT NOT NULL, percent TEXT NOT NULL, legal_basis TEXT NOT NULL,
      net INTEGER NOT NULL, tax INTEGER NOT NULL, equivalent INTEGER NOT NULL,
      PRIMARY KEY (entry, position)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE table_files (
      file INTEGER PRIMARY KEY, path TEXT NOT NULL, digest TEXT NOT NULL, UNIQUE (path, digest)
    ) STRICT;
    CREATE TABLE document_files (
      entry INTEGER NOT NULL REFERENCES documents (entry),
      file INTEGER NOT NULL REFERENCES table_files (file),
      PRIMARY KEY (entry, file)
    ) STRICT, WITHOUT ROWID;

    """ + ["documents", "taxes", "table_files", "document_files"].map(insertOnly).joined()

  private static let lines =
    """
    CREATE TABLE lines (
      line INTEGER PRIMARY KEY,
      entry INTEGER NOT NULL REFERENCES documents (entry), position INTEGER NOT NULL,
      corrects INTEGER REFERENCES lines (line),
      reference TEXT NOT NULL, date TEXT NOT NULL, supplied TEXT NOT NULL,
      origin TEXT NOT NULL, origin_name TEXT NOT NULL,
      destination TEXT NOT NULL, destination_name TEXT NOT NULL,
      lane TEXT NOT NULL, commodity TEXT NOT NULL, equipment TEXT NOT NULL, load TEXT NOT NULL,
      count INTEGER NOT NULL, unit TEXT NOT NULL, unit_rate INTEGER NOT NULL, net INTEGER NOT NULL,
      equivalent INTEGER NOT NULL,
      tax_name TEXT NOT NULL, tax_category TEXT NOT NULL, tax_percent TEXT NOT NULL,
      tax_basis TEXT NOT NULL, collected_by TEXT NOT NULL, fields TEXT NOT NULL,
      guaranteed_days INTEGER, rebate INTEGER, rebate_currency TEXT, rebate_digits INTEGER,
      rebate_borne_by TEXT, divided INTEGER, bases TEXT, note TEXT NOT NULL,
      UNIQUE (entry, position)
    ) STRICT;
    CREATE INDEX lines_by_corrected ON lines (corrects) WHERE corrects IS NOT NULL;
    CREATE TABLE consignments (
      customer TEXT NOT NULL, reference TEXT NOT NULL, digest TEXT NOT NULL,
      line INTEGER NOT NULL REFERENCES lines (line),
      PRIMARY KEY (customer, reference)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE sources (source INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE charges (
      line INTEGER NOT NULL REFERENCES lines (line), position INTEGER NOT NULL,
      leg INTEGER NOT NULL, carrier TEXT NOT NULL, charge TEXT NOT NULL, amount INTEGER NOT NULL,
      source INTEGER NOT NULL REFERENCES sources (source),
      PRIMARY KEY (line, position)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE shares (
      line INTEGER NOT NULL REFERENCES lines (line), position INTEGER NOT NULL,
      party TEXT NOT NULL, kind TEXT NOT NULL, amount INTEGER NOT NULL, lean INTEGER NOT NULL,
      odd INTEGER NOT NULL, basis TEXT,
      PRIMARY KEY (line, position)
    ) STRICT, WITHOUT ROWID;

    """ + ["lines", "consignments", "sources", "charges", "shares"].map(insertOnly).joined()

  private static let months =
    """
    CREATE TABLE closings (
      entry INTEGER PRIMARY KEY REFERENCES entries (entry),
      month TEXT NOT NULL UNIQUE, documents INTEGER NOT NULL, seal TEXT NOT NULL
    ) STRICT;
    CREATE TABLE balances (
      entry INTEGER NOT NULL REFERENCES closings (entry), position INTEGER NOT NULL,
      party TEXT NOT NULL, currency TEXT NOT NULL, digits INTEGER NOT NULL,
      due INTEGER NOT NULL, paid INTEGER NOT NULL, carried INTEGER NOT NULL,
      PRIMARY KEY (entry, position)
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER months_are_closed_once BEFORE INSERT ON closings
    WHEN NEW.month <= (SELECT max(month) FROM closings)
    BEGIN SELECT RAISE(ABORT, 'the month is closed'); END;
    CREATE TRIGGER documents_only_in_open_months BEFORE INSERT ON documents
    WHEN NEW.booked <= (SELECT max(month) FROM closings)
    BEGIN SELECT RAISE(ABORT, 'the month is closed'); END;
    CREATE TABLE remarks (
      entry INTEGER PRIMARY KEY REFERENCES entries (entry),
      document INTEGER NOT NULL REFERENCES documents (entry),
      what TEXT NOT NULL, value TEXT NOT NULL
    ) STRICT;
    CREATE INDEX remarks_by_document ON remarks (document);

    """ + ["closings", "balances", "remarks"].map(insertOnly).joined()

  /// A quote's consignment and price are in `content`, its number and clocks in columns; the four
  /// texts are what was printed. A line that honours a quote is in `quoted_lines`.
  private static let quotes =
    """
    CREATE TABLE quotes (
      entry INTEGER PRIMARY KEY REFERENCES entries (entry),
      year INTEGER NOT NULL, number INTEGER NOT NULL, day TEXT NOT NULL, as_of TEXT,
      valid_until TEXT NOT NULL, customer TEXT NOT NULL, reference TEXT NOT NULL,
      tables_digest TEXT NOT NULL, content BLOB NOT NULL,
      text BLOB NOT NULL, customer_text BLOB NOT NULL,
      json BLOB NOT NULL, customer_json BLOB NOT NULL,
      UNIQUE (year, number)
    ) STRICT;
    CREATE INDEX quotes_by_reference ON quotes (customer, reference) WHERE reference <> '';
    CREATE TRIGGER quotes_without_gap BEFORE INSERT ON quotes
    WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM quotes WHERE year = NEW.year)
    BEGIN SELECT RAISE(ABORT, 'quotes are numbered without a gap'); END;
    CREATE TABLE quoted_lines (
      line INTEGER PRIMARY KEY REFERENCES lines (line),
      quote INTEGER NOT NULL REFERENCES quotes (entry)
    ) STRICT;
    CREATE INDEX quoted_lines_by_quote ON quoted_lines (quote);

    """ + ["quotes", "quoted_lines"].map(insertOnly).joined()

  /// What a month's settlement said when it was closed.
  private static let papers =
    """
    CREATE TABLE papers (
      entry INTEGER NOT NULL REFERENCES closings (entry), position INTEGER NOT NULL,
      kind TEXT NOT NULL, party TEXT NOT NULL, content BLOB NOT NULL,
      PRIMARY KEY (entry, position)
    ) STRICT, WITHOUT ROWID;

    """ + insertOnly("papers")
}
