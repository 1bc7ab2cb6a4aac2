/// How large a worker's books are, in bytes: with what is read, and the tables themselves, they are
/// the memory that rating takes.
struct BookSizes {
  var texts = 4 << 20, kinds = 8 << 20, lanes = 11 << 20, legs = 8 << 20
  /// How many rows decide whether others read like them.
  var trial = 1 << 13
}
