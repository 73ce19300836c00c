//! What the vendor says of a value that it does not take, behind the name of its member
//! (specification, section 2.2).

use std::fmt::Display;

/// There is no value.
pub const REQUIRED: &str = "is required";
/// There is nothing in it.
pub const EMPTY: &str = "is not allowed to be empty";
/// It is of another type than a string.
pub const NO_STRING: &str = "must be a string";
/// It is of another type than a number.
pub const NO_NUMBER: &str = "must be a number";
/// It is a number with a fraction.
pub const NO_INTEGER: &str = "must be an integer";
/// It is of another type than a boolean.
pub const NO_BOOLEAN: &str = "must be a boolean";
/// It is of another type than an array.
pub const NO_ARRAY: &str = "must be an array";
/// It is of another type than an object.
pub const NO_OBJECT: &str = "must be of type object";
/// It is no address of the web.
pub const NO_URI: &str = "must be a valid uri";

/// It is below its bound.
pub fn too_small(least: impl Display) -> String {
    format!("must be greater than or equal to {least}")
}

/// It is above its bound.
pub fn too_large(most: impl Display) -> String {
    format!("must be less than or equal to {most}")
}

/// It is too long, in characters.
pub fn too_long(longest: usize) -> String {
    format!("length must be less than or equal to {longest} characters long")
}

/// It is none of the words that it may be.
pub fn not_one_of(words: &str) -> String {
    format!("must be one of [{words}]")
}

/// The list is too short.
pub fn too_few(least: usize) -> String {
    format!("must contain at least {least} items")
}

/// The list is too long.
pub fn too_many(most: usize) -> String {
    format!("must contain less than or equal to {most} items")
}
