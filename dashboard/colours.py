"""The colours of charts: Okabe and Ito's, which people with any colour vision can tell apart."""

APART = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#8C8C8C", "#F0E442")
