"""What if leads were handed out otherwise: assumptions fitted from the base or given come in, policies compared with intervals go out."""
