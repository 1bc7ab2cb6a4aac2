extension DatabaseError {
  /// What is wrong, for people.
  public var message: String {
    switch kind {
    case .missing: "there is no register '\(path)'"
    case .cannotOpen: "the register '\(path)' cannot be opened"
    case .notADatabase: "'\(path)' is not a register of this program"
    case .corrupt: "the register '\(path)' is damaged (\(detail))"
    case .busy: "the register '\(path)' is in use by others and stayed so for two minutes"
    case .full: "the disk is full: the register '\(path)' took nothing more"
    case .readOnly: "the register '\(path)' cannot be written to"
    case .inputOutput: "the register '\(path)' could not be read or written (\(detail))"
    case .refused: "the register '\(path)' refuses: \(detail)"
    case .newer:
      "the register '\(path)' was made by a newer version of this program (it has '\(detail)')"
    case .older: "the register '\(path)' was made by an older version of this program"
    case .empty: "there is nothing in the register '\(path)': making it was cut off"
    case .cutOff:
      "a run was cut off while it wrote to the register '\(path)', and it may not be written to "
        + "from here"
    case .other: "the register '\(path)' failed (\(detail))"
    }
  }

  /// What to do about it.
  public var remedy: String {
    switch kind {
    case .missing: "give --register FILE or --invoices DIR; 'tariff invoice' makes one at first use"
    case .cannotOpen, .readOnly:
      "check that the folder exists and that it and the file may be written to"
    case .notADatabase: "give another file with --register, or restore it from a copy"
    case .corrupt:
      "do not write to it; restore the newest copy that 'tariff register verify' finds sound"
    case .busy: "see which process keeps it open, and run again: nothing was changed"
    case .full:
      "what is recorded stays; make room and run the same command again: it completes the rest"
    case .inputOutput: "check the disk, its room and quotas, and run the same command again"
    case .refused: "nothing was changed"
    case .newer: "use that version; nothing was changed"
    case .older: "keep a copy; 'tariff invoice' and others that add to it bring it up to date"
    case .empty: "'tariff invoice' makes it"
    case .cutOff: "run the command where its folder may be written to: nothing recorded is lost"
    case .other: "run the same command again; if it stays, tell who keeps the program"
    }
  }

  /// Whether it is the file's content that is at fault, not reading or writing it.
  public var isBadData: Bool {
    switch kind {
    case .notADatabase, .corrupt, .refused, .newer, .older: true
    case .missing, .empty, .cannotOpen, .busy, .full, .readOnly, .inputOutput, .cutOff, .other:
      false
    }
  }

  /// Whether there is no register to look into.
  public var isMissing: Bool { kind == .missing || kind == .empty }
}
