import Billing
import CSV
import ExactMoney
import TariffRules
import Unification

/// `tariff register`: what is recorded, for people and scripts.
enum RegisterCommand {
  static let options = [
    Option("month", "MONTH", "list, documents, export: only what is settled in that month"),
    Option("digest", "DIGEST", "verify: a last digest that was kept; an entry must have it"),
    Option("excel", nil, "documents: a CSV for spreadsheets too; export: one instead"),
    Option("of", "lines|charges|shares", "export: what is written, one row each"),
    Option("partner", "CODE", "export of shares: only those of this party"),
    Option("what", "TEXT", "remark: what it is, such as 'portal number'"),
    Option("value", "TEXT", "remark: the number or confirmation"),
    Calling.invoices, Calling.register,
    Option("format", "text|csv|json", "list, show: how the result is written"),
    Option("output", "FILE", "list, show, export: write the result there; - is standard output"),
  ]

  /// The actions, each with the options that belong to it beside --invoices and --register.
  private static let actions: [(name: String, takesNumber: Bool, options: [String])] = [
    ("verify", false, ["digest"]),
    ("list", false, ["month", "format", "output"]),
    ("show", true, ["format", "output"]),
    ("documents", false, ["month", "excel"]),
    ("export", false, ["month", "of", "partner", "excel", "output"]),
    ("remark", true, ["what", "value"]),
  ]

  static func run(_ arguments: Arguments) throws -> ExitStatus {
    let names = actions.map(\.name)
    guard let word = arguments.words.first else {
      throw Stop(
        .wrongUsage, "what is to be done with the register?",
        remedy: "tariff register \(names.joined(separator: "|"))")
    }
    guard let action = actions.first(where: { $0.name == word }) else {
      throw Stop(
        .wrongUsage,
        "the register has no action '\(word)'.\(NearNames.hint(for: word, among: names))",
        remedy: "tariff register \(names.joined(separator: "|"))")
    }
    let known = action.options + [Calling.invoices, Calling.register].map(\.name)
    if let other = arguments.given.first(where: { !known.contains($0) }) {
      throw Stop(
        .wrongUsage, "'tariff register \(word)' takes no --\(other)",
        remedy: "it takes \(known.map { "--\($0)" }.joined(separator: ", "))")
    }
    let words = Array(arguments.words.dropFirst())
    guard action.takesNumber else {
      if let more = words.first {
        throw Stop(
          .wrongUsage, "'tariff register \(word)' takes no further word: '\(more)'",
          remedy: word == "list" || word == "documents" || word == "export"
            ? "--month 2026-11 picks a month; 'tariff register show NUMBER' shows one document"
            : "give the options alone")
      }
      let register = try Calling.register(arguments, for: .reading)
      return try Calling.books {
        switch word {
        case "verify": try verify(register, arguments)
        case "list": try list(register, arguments)
        case "documents": try documents(register, arguments)
        default: try export(register, arguments)
        }
      }
    }
    let register = try Calling.register(arguments, for: word == "remark" ? .existing : .reading)
    return try Calling.books {
      let number = try number(words)
      return try word == "show"
        ? show(register, number, arguments) : remark(register, number, arguments)
    }
  }

  private static func number(_ words: [String]) throws -> DocumentNumber {
    guard let word = words.first, words.count == 1 else {
      throw Stop(
        .wrongUsage, words.isEmpty ? "which document?" : "one document at a time",
        remedy: "name one, such as SERIES-2026-000001")
    }
    guard let number = DocumentNumber(word) else {
      throw Stop(
        .wrongUsage, "'\(word)' is not the number of a document\(DocumentNumber.hint(for: word))",
        remedy: "numbers look like SERIES-2026-000001; 'tariff register list' shows them")
    }
    return number
  }

  private static func month(_ arguments: Arguments) throws -> Month? {
    guard let text = arguments["month"] else { return nil }
    guard let month = Month(text) else {
      throw Stop(.wrongUsage, "'\(text)' is not a month", remedy: "write --month 2026-11")
    }
    return month
  }

  private static func verify(_ register: Register, _ arguments: Arguments) throws -> ExitStatus {
    let kept = arguments["digest"]
    if let kept,
      kept.utf8.count != 64
        || !kept.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
    {
      throw Stop(
        .wrongUsage, "'\(kept)' is not the digest of an entry",
        remedy: "give the 64 digits and letters that 'tariff register verify' gave last")
    }
    let found = try register.verify(kept: kept)
    if let fault = found.firstBad {
      let place = fault.entry.map { "entry \($0) (\(fault.name))" } ?? fault.name
      Output.say("\(register.path): error: " + Calling.harmless("\(place): \(fault.what)"))
      Output.say(
        "  in order\(fault.entry == nil ? "" : " before it"): "
          + "\(found.entries.counted("entry", "entries")); "
          + "restore the newest copy that verifies, and compare")
      return .withFindings
    }
    var text =
      "\(found.entries.counted("entry", "entries")) in order: "
      + "\(found.documents.counted("document")), "
      + found.closings.counted("closed month")
      + (found.quotes > 0 ? ", " + found.quotes.counted("saved quote") : "") + "\n"
    if found.closingsWithoutPapers > 0 {
      text +=
        found.closingsWithoutPapers.counted("closed month")
        + " without papers: made by an older version; the balances are only summed up\n"
    }
    if let entry = found.kept { text += "the digest kept is that of entry \(entry)\n" }
    try Output(nil).write(text + "last digest \(found.digest)\n")
    return .done
  }

  private static func list(_ register: Register, _ arguments: Arguments) throws -> ExitStatus {
    let format = try arguments.choice("format", ["text", "csv", "json"])
    let documents = try register.list(booked: try month(arguments))
    let output = try Output(arguments["output"])
    switch format {
    case "json":
      for document in documents {
        try output.write(JSONText.object(cells(document)).written(indented: false) + "\n")
      }
    case "csv":
      var writer = CSVWriter()
      writer.record(columns.map { .text($0) })
      for document in documents { writer.record(cells(document).map { .text($0.1.plain) }) }
      try output.write(writer.drain())
    default:
      var layout = Layout([.left, .left, .left, .left, .left, .left, .right, .right, .left])
      layout.row(
        "Number", "Kind", "Issued", "Month", "Settled", "Customer", "Lines", "Total", "", "Corrects"
      )
      for document in documents {
        layout.row(
          document.number.description, document.kind.rawValue, document.issued.description,
          document.month.description, document.booked.description, document.customer,
          "\(document.lines)", document.total.amountText,
          document.total.currency.code + (document.corrects.map { "  corrects \($0)" } ?? ""))
      }
      try output.write(layout.lines.joined(separator: "\n") + "\n")
    }
    try output.finish()
    return .done
  }

  private static let columns = [
    "document", "kind", "issued", "month", "booked", "customer", "lines", "total", "currency",
    "corrects",
  ]

  private static func cells(_ document: Register.Listed) -> [(String, JSONText)] {
    let values: [JSONText] = [
      .text(document.number.description), .text(document.kind.rawValue),
      .text(document.issued.description), .text(document.month.description),
      .text(document.booked.description), .text(document.customer), .number("\(document.lines)"),
      .text(document.total.amountText), .text(document.total.currency.code),
      .optional(document.corrects?.description),
    ]
    return Array(zip(columns, values))
  }

  private static func show(
    _ register: Register, _ number: DocumentNumber, _ arguments: Arguments
  ) throws -> ExitStatus {
    guard let (document, written) = try register.document(number) else {
      throw try register.noDocument(number)
    }
    let format = try arguments.choice("format", ["text", "csv", "json"])
    let output = try Output(arguments["output"])
    let corrections = try register.corrections(of: number)
    let remarks = try register.remarks(on: number)
    switch format {
    case "csv": try output.write(written.csv)
    case "json":
      let json = document.json(correctedBy: corrections, remarks: remarks)
      try output.write(json.written(indented: true) + "\n")
    default:
      try output.write(written.text)
      for correction in corrections { try output.write("Corrected by \(correction)\n") }
      for remark in remarks { try output.write("\(remark.what): \(remark.value)\n") }
    }
    try output.finish()
    return .done
  }

  private static func documents(
    _ register: Register, _ arguments: Arguments
  ) throws -> ExitStatus {
    let folder = try DocumentFolder(Calling.invoices(arguments))
    let output = try Output(nil)
    var count = 0
    for listed in try register.list(booked: try month(arguments)) {
      guard let (_, written) = try register.document(listed.number) else { continue }
      count += 1
      let names = try folder.write(
        written, of: listed.number, forSpreadsheets: arguments.has("excel"))
      for name in names { try output.write(name + "\n") }
    }
    Output.say("\(count.counted("document")) in '\(folder.path)', as issued")
    return .done
  }

  private static func export(_ register: Register, _ arguments: Arguments) throws -> ExitStatus {
    let what = try arguments.choice("of", ["lines", "charges", "shares"])
    let partner = arguments["partner"]
    guard partner == nil || what == "shares" else {
      throw Stop(
        .wrongUsage, "only shares are a partner's own", remedy: "add --of shares")
    }
    let output = try Output(arguments["output"])
    var export = RegisterExport(
      what: RegisterExport.What(rawValue: what) ?? .lines, of: partner,
      forSpreadsheets: arguments.has("excel"))
    try register.export(&export, booked: try month(arguments)) { try output.write($0) }
    try output.finish()
    guard let partner, export.count == 0 else { return .done }
    Output.say("'\(partner)' has no share there; its code is written as in the tables")
    return .withFindings
  }

  private static func remark(
    _ register: Register, _ number: DocumentNumber, _ arguments: Arguments
  ) throws -> ExitStatus {
    guard let what = arguments["what"], let value = arguments["value"], !what.isEmpty,
      !value.isEmpty
    else {
      throw Stop(
        .wrongUsage, "what is to be added to \(number)?",
        remedy: "give --what 'portal number' --value 12345")
    }
    for text in [what, value] where Calling.harmless(text) != text || text.count > 200 {
      throw Stop(
        .wrongUsage, "a remark has control characters or more than 200 characters",
        remedy: "take them out, or shorten it")
    }
    try register.remark(what, value, on: number)
    Output.say("\(number): \(what) recorded")
    return .done
  }
}
