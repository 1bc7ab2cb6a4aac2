import CSV
import ExactMoney
import TariffRules

extension ConsignmentFile {
  /// What stands where the header should: what it is, and where in which column.
  struct OtherThanHeader {
    let index: Int
    let offset: Int
    let message: String
    let remedy: String
  }

  /// What is there instead of a header: fields separated by semicolons, or the first consignment;
  /// nil where at least one column is a known one, or nearly.
  static func otherThanHeader(_ titles: [String]) -> OtherThanHeader? {
    let isKnown = titles.contains { title in
      Consignment.fields.contains(title)
        || NearNames.nearest(to: title, among: Consignment.fields) != nil
    }
    if isKnown { return nil }
    for (index, title) in titles.enumerated() {
      guard let semicolon = title.unicodeScalars.firstIndex(of: ";") else { continue }
      let offset = title.unicodeScalars.distance(
        from: title.unicodeScalars.startIndex, to: semicolon)
      let error = CSVError(line: 1, column: offset + 1, problem: .semicolon)
      return OtherThanHeader(
        index: index, offset: offset, message: error.message, remedy: error.remedy)
    }
    // A few words of a header that has other names than ours: the missing column says more.
    if Consignment.fields.contains(where: { neighbour(of: $0, among: titles) != nil }) {
      return nil
    }
    let looksLikeData = titles.contains { title in
      title.isEmpty || Day(title) != nil || (try? Exact(decimal: title)) != nil
    }
    return OtherThanHeader(
      index: 0, offset: 0,
      message: looksLikeData
        ? "the first line looks like data (no known column)"
        : "the first line has no known column",
      remedy: "begin with a header: date,from,to,commodity,equipment, and what else is given")
  }

  /// The column whose title is likely meant for a field: a slip of it, or one that has it as a word
  /// ('Commodity code' for 'commodity').
  static func neighbour(of field: String, among titles: [String]) -> Int? {
    let others = titles.indices.filter { !Consignment.fields.contains(titles[$0]) }
    let words = others.first { index in
      titles[index].lowercased().split { !$0.isLetter }.contains { $0 == field }
    }
    // Two letters are near to too much.
    if words != nil || field.count < 4 { return words }
    return NearNames.nearest(to: field, among: others.map { titles[$0] })
      .flatMap { titles.firstIndex(of: $0) }
  }
}
