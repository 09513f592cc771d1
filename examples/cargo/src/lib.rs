pub fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two() {
        assert_eq!(words("one  two"), ["one", "two"]);
    }

    #[test]
    fn none() {
        assert!(words(" ").is_empty());
    }
}
