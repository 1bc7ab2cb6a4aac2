/// Finds places and equipment by the names people use: by code, by exact name, then by unique
/// beginning.
public struct Directory: Sendable {
  /// What a name leads to.
  public enum Answer: Sendable {
    /// Exactly one.
    case found(Int64)
    /// None, with the nearest known name.
    case unknown(hint: String)
    /// Several, by code and name.
    case several([String])
  }

  private var exact: [String: [Int64]] = [:]
  private var names: [(folded: String, name: String, code: Int64)] = []
  private var equipmentNames: [String: Int64] = [:]
  /// The codes of equipment with their names, in the order of the tables.
  private var equipmentCodes: [(code: String, name: String)] = []
  private let symbols: Symbols
  private var countries: [Int64: String] = [:]
  private var shown: [Int64: String] = [:]

  init(_ parts: TableLoader) {
    symbols = parts.loader.symbols
    for schedule in parts.tariffs.flatMap(\.places) {
      for edition in schedule.editions {
        for place in edition.content.values { add(place) }
      }
    }
    for schedule in parts.equipment {
      for item in schedule.editions.flatMap(\.content) {
        let code = symbols.name(of: item.code)
        for name in [code] + item.also { equipmentNames[name] = item.code }
        if !equipmentCodes.contains(where: { $0.code == code }) {
          equipmentCodes.append((code, item.name))
        }
      }
    }
  }

  private mutating func add(_ place: Place) {
    countries[place.code] = place.country
    shown[place.code] = place.also.first ?? place.name
    exact[symbols.name(of: place.code)] = [place.code]
    for name in [place.name] + place.also {
      let folded = name.lowercased()
      if !(exact[folded, default: []].contains(place.code)) {
        exact[folded, default: []].append(place.code)
        names.append((folded, name, place.code))
      }
    }
  }

  /// The place a person means.
  public func place(_ text: String) -> Answer {
    let folded = text.lowercased()
    if let codes = exact[folded] {
      return codes.count == 1 ? .found(codes[0]) : .several(codes.map(label).sorted())
    }
    let codes = Set(names.filter { $0.folded.hasPrefix(folded) }.map(\.code))
    if let code = codes.first, codes.count == 1, !folded.isEmpty { return .found(code) }
    if codes.count > 1 { return .several(codes.map(label).sorted()) }
    return .unknown(hint: NearNames.hint(for: text, among: names.map(\.name)))
  }

  /// The equipment a code or alias means.
  public func equipment(_ text: String) -> Answer {
    if let code = equipmentNames[text] { return .found(code) }
    return .unknown(hint: NearNames.hint(for: text, among: equipmentNames.keys))
  }

  /// What to write instead of equipment that is not known: the codes that have a number or a word
  /// of it (`40` of `40HC`) with their names; else all, unless they are very many.
  public func equipmentRemedy(for text: String) -> String {
    let wanted = Self.words(text)
    let near = equipmentCodes.filter { !wanted.isDisjoint(with: Self.words($0.code)) }
    if !near.isEmpty && near.count <= 8 {
      let list = near.map { "\($0.code) (\($0.name))" }.joined(separator: ", ")
      return "one of: \(list), or another of codes/equipment"
    }
    let codes = (near.isEmpty ? equipmentCodes : near).map(\.code)
    return codes.isEmpty || codes.count > 40
      ? "codes are those of codes/equipment" : "one of: \(codes.joined(separator: ", "))"
  }

  /// The numbers of two digits or more and the words of three letters or more in a text.
  private static func words(_ text: String) -> Set<String> {
    var words: [(isNumber: Bool, text: String)] = []
    var before: Character?
    for letter in text.lowercased() {
      defer { before = letter }
      guard letter.isNumber || letter.isLetter else { continue }
      if let before, let last = words.last, last.isNumber == letter.isNumber,
        before.isNumber || before.isLetter
      {
        words[words.count - 1].text.append(letter)
      } else {
        words.append((letter.isNumber, String(letter)))
      }
    }
    return Set(words.filter { $0.text.count >= ($0.isNumber ? 2 : 3) }.map(\.text))
  }

  /// A place's name for people, with its code: `Poti (572200)`.
  public func label(_ code: Int64) -> String {
    "\(name(of: code)) (\(symbols.name(of: code)))"
  }

  /// A place's name for people.
  public func name(of code: Int64) -> String { shown[code] ?? symbols.name(of: code) }

  /// The country of a place.
  public func country(of code: Int64) -> String { countries[code] ?? "" }
}
