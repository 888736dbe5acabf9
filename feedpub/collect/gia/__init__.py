"""The press release pages of the Hong Kong SAR Government, info.gov.hk/gia."""
