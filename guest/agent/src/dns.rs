//! The little that the resolver knows of DNS messages.

/// What a header takes, and the largest query that is carried.
pub const HEADER: usize = 12;
pub const LARGEST_QUERY: usize = 4096;

const RESPONSE: u8 = 1 << 7;
const OPERATION: u8 = 0x78;
const RECURSION_DESIRED: u8 = 1;
const RECURSION_AVAILABLE: u8 = 1 << 7;
const SERVER_FAILURE: u8 = 2;

/// Whether these bytes could be a question at all.
pub fn is_query(message: &[u8]) -> bool {
    (HEADER..=LARGEST_QUERY).contains(&message.len()) && message[2] & RESPONSE == 0
}

/// The answer that there is none (SERVFAIL) to what `is_query`.
pub fn failure(query: &[u8]) -> Vec<u8> {
    let question = question(query).unwrap_or_default();
    let mut answer = Vec::with_capacity(HEADER + question.len());
    answer.extend_from_slice(&query[..2]);
    answer.push(RESPONSE | (query[2] & (OPERATION | RECURSION_DESIRED)));
    answer.push(RECURSION_AVAILABLE | SERVER_FAILURE);
    answer.extend_from_slice(&[0, u8::from(!question.is_empty())]);
    answer.resize(HEADER, 0);
    answer.extend_from_slice(question);
    answer
}

/// The one question of a query: askers compare it.
fn question(query: &[u8]) -> Option<&[u8]> {
    const TYPE_AND_CLASS: usize = 4;
    const LONGEST_LABEL: u8 = 63;
    if query[4..6] != [0, 1] {
        return None;
    }
    let mut end = HEADER;
    loop {
        match *query.get(end)? {
            0 => break,
            length @ 1..=LONGEST_LABEL => end += 1 + usize::from(length),
            _ => return None,
        }
    }
    query.get(HEADER..=end + TYPE_AND_CLASS)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `a.bc IN A`, with an EDNS record behind it that an answer must not repeat.
    const QUERY: &[u8] = b"\x12\x34\x01\x20\0\x01\0\0\0\0\0\x01\x01a\x02bc\0\0\x01\0\x01\
        \0\0\x29\x10\0\0\0\0\0\0\0";

    #[test]
    fn fails_with_the_question_asked() {
        let expected = b"\x12\x34\x81\x82\0\x01\0\0\0\0\0\0\x01a\x02bc\0\0\x01\0\x01";
        assert_eq!(failure(QUERY), expected);
        assert!(!is_query(&failure(QUERY)));
    }

    #[test]
    fn fails_without_a_question_where_it_makes_no_sense() {
        for end in HEADER..HEADER + 8 {
            let failed = failure(&QUERY[..end]);
            assert_eq!(failed, b"\x12\x34\x81\x82\0\0\0\0\0\0\0\0", "{end}");
        }
        let mut pointer = QUERY.to_vec();
        pointer[HEADER] = 0xc0;
        assert_eq!(failure(&pointer).len(), HEADER);
    }

    #[test]
    fn knows_what_cannot_be_a_query() {
        assert!(is_query(QUERY) && is_query(&[0; LARGEST_QUERY]));
        assert!(!is_query(&QUERY[..11]) && !is_query(&[0; LARGEST_QUERY + 1]));
    }
}
