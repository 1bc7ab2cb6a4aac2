/// Asks the processor to fetch the line of memory that has a byte, without waiting for it: Swift has
/// no word for that.
static inline void prefetch(const void *place) { __builtin_prefetch(place); }
