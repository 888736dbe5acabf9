"""What the statements about web servers assert is shown as in a test file."""

import pytest

pytest.register_assert_rewrite("tests.deploy.statements")
