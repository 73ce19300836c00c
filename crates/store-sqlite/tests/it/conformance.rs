siskin_store_testing::conformance!(crate::fresh());
