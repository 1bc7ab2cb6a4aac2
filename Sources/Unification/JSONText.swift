/// A JSON value whose keys keep their order, so that people can read it and digests of it are
/// stable.
///
/// Foundation's encoder has no order of its own but the alphabet's; that is the only reason for
/// this type.
public indirect enum JSONText: Sendable {
  case null
  case text(String)
  /// A whole number or a decimal as its digits, never through binary floating point.
  case number(String)
  case list([JSONText])
  case object([(String, JSONText)])

  /// A text, or null.
  public static func optional(_ text: String?) -> JSONText { text.map { .text($0) } ?? .null }

  /// A whole number, or null.
  public static func optional(_ number: Int?) -> JSONText {
    number.map { .number("\($0)") } ?? .null
  }

  /// The value on one line, or indented over several.
  public func written(indented: Bool) -> String {
    var out = ""
    write(to: &out, indent: indented ? 0 : nil)
    return out
  }

  private func write(to out: inout String, indent: Int?) {
    switch self {
    case .null: out += "null"
    case .number(let digits): out += digits
    case .text(let text): Self.quote(text, to: &out)
    case .list(let items):
      Self.block("[", "]", items.count, to: &out, indent) { index, inner, out in
        items[index].write(to: &out, indent: inner)
      }
    case .object(let pairs):
      Self.block("{", "}", pairs.count, to: &out, indent) { index, inner, out in
        Self.quote(pairs[index].0, to: &out)
        out += ": "
        pairs[index].1.write(to: &out, indent: inner)
      }
    }
  }

  private static func block(
    _ open: String, _ close: String, _ count: Int, to out: inout String, _ indent: Int?,
    _ item: (Int, Int?, inout String) -> Void
  ) {
    out += open
    let inner = indent.map { $0 + 1 }
    for index in 0..<count {
      if index > 0 { out += indent == nil ? ", " : "," }
      newLine(inner, to: &out)
      item(index, inner, &out)
    }
    if count > 0 { newLine(indent, to: &out) }
    out += close
  }

  private static func newLine(_ indent: Int?, to out: inout String) {
    if let indent { out += "\n" + String(repeating: "  ", count: indent) }
  }

  private static func quote(_ text: String, to out: inout String) {
    out += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: out.unicodeScalars.append(scalar)
      }
    }
    out += "\""
  }
}
